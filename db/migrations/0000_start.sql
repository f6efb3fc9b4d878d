CREATE TABLE "catalogue_state" (
	"id" text PRIMARY KEY DEFAULT 'only' NOT NULL,
	"version" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entities" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entities_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"uid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"location_id" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"kind_key" text COLLATE "C" NOT NULL,
	"namespace" text NOT NULL,
	"namespace_key" text COLLATE "C" NOT NULL,
	"name" text NOT NULL,
	"name_key" text COLLATE "C" NOT NULL,
	"display_key" text COLLATE "C" NOT NULL,
	"api_version" text NOT NULL,
	"title" text,
	"description" text,
	"type" text,
	"type_key" text COLLATE "C",
	"lifecycle" text,
	"lifecycle_key" text COLLATE "C",
	"owner_ref" text COLLATE "C",
	"system_ref" text COLLATE "C",
	"tags" text[] NOT NULL,
	"project_slug" text,
	"verdict" text NOT NULL,
	"file" text NOT NULL,
	"line" integer NOT NULL,
	"source_url" text,
	"content_hash" text NOT NULL,
	"file_gone_at" timestamp with time zone,
	"is_demo" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"search_text" text NOT NULL,
	"search_words" "tsvector" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entity_bodies" (
	"entity_id" bigint PRIMARY KEY NOT NULL,
	"head" text NOT NULL,
	"relations" text NOT NULL,
	"yaml" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entity_fields" (
	"entity_id" bigint NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"value" text COLLATE "C",
	"original" text
);
--> statement-breakpoint
CREATE TABLE "entity_problems" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entity_problems_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"location_id" uuid NOT NULL,
	"ref" text COLLATE "C",
	"severity" text NOT NULL,
	"message" text NOT NULL,
	"file" text,
	"line" integer,
	"column" integer,
	"path" text
);
--> statement-breakpoint
CREATE TABLE "entity_relations" (
	"origin_id" bigint NOT NULL,
	"source_ref" text COLLATE "C" NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"target_ref" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "locations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"type" text NOT NULL,
	"target" text COLLATE "C" NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"step" text,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"run" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone,
	"heartbeat_at" timestamp with time zone,
	"failure" text,
	"imported_at" timestamp with time zone,
	"commit" text,
	"added" integer,
	"changed" integer,
	"unchanged" integer,
	"removed" integer,
	"is_demo" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connection_secrets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"type" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" text NOT NULL,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" text PRIMARY KEY DEFAULT 'only' NOT NULL,
	"mode" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"demo_state" text DEFAULT 'none' NOT NULL,
	"demo_progress" jsonb,
	CONSTRAINT "installation_only_one" CHECK ("installation"."id" = 'only')
);
--> statement-breakpoint
CREATE TABLE "processes" (
	"name" text PRIMARY KEY NOT NULL,
	"pid" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "commits" (
	"repository_id" text NOT NULL,
	"sha" text NOT NULL,
	"title" text NOT NULL,
	"authored_at" timestamp with time zone NOT NULL,
	"paths" text[] NOT NULL,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "commits_repository_id_sha_pk" PRIMARY KEY("repository_id","sha")
);
--> statement-breakpoint
CREATE TABLE "deployments" (
	"repository_id" text NOT NULL,
	"number" bigint NOT NULL,
	"environment" text NOT NULL,
	"tier" text NOT NULL,
	"sha" text NOT NULL,
	"ref" text NOT NULL,
	"task" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"succeeded_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"last_failed_at" timestamp with time zone,
	"outcome" text GENERATED ALWAYS AS (case when succeeded_at is not null then 'success' when failed_at is not null then 'failure' else 'pending' end) STORED NOT NULL,
	"at" timestamp with time zone GENERATED ALWAYS AS (coalesce(succeeded_at, failed_at, created_at)) STORED NOT NULL,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "deployments_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"repository_id" text NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"severity" text,
	"services" text[] NOT NULL,
	"named_sha" text,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"is_incident" boolean NOT NULL,
	"deleted_at" timestamp with time zone,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "incidents_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "pull_request_reviews" (
	"repository_id" text NOT NULL,
	"number" bigint NOT NULL,
	"pull_request" integer NOT NULL,
	"state" text NOT NULL,
	"submitted_at" timestamp with time zone,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "pull_request_reviews_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "pull_requests" (
	"repository_id" text NOT NULL,
	"number" integer NOT NULL,
	"title" text NOT NULL,
	"state" text NOT NULL,
	"is_draft" boolean NOT NULL,
	"base_ref" text NOT NULL,
	"head_ref" text NOT NULL,
	"head_sha" text NOT NULL,
	"labels" text[] NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"merged_at" timestamp with time zone,
	"merge_sha" text,
	"commit_count" integer,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "pull_requests_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "pushes" (
	"repository_id" text NOT NULL,
	"ref" text NOT NULL,
	"before_sha" text NOT NULL,
	"after_sha" text NOT NULL,
	"is_forced" boolean NOT NULL,
	"commits" text[] NOT NULL,
	"pushed_at" timestamp with time zone NOT NULL,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "pushes_repository_id_ref_after_sha_before_sha_pk" PRIMARY KEY("repository_id","ref","after_sha","before_sha")
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"repository_id" text NOT NULL,
	"number" bigint NOT NULL,
	"tag" text NOT NULL,
	"name" text,
	"is_draft" boolean NOT NULL,
	"is_prerelease" boolean NOT NULL,
	"published_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "releases_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "repositories" (
	"id" text PRIMARY KEY NOT NULL,
	"full_name" text NOT NULL,
	"slug" text NOT NULL,
	"default_branch" text NOT NULL,
	"url" text,
	"observed_since" timestamp with time zone NOT NULL,
	"is_demo" boolean NOT NULL,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workflow_runs" (
	"repository_id" text NOT NULL,
	"number" bigint NOT NULL,
	"run_number" integer,
	"attempt" integer NOT NULL,
	"workflow" text NOT NULL,
	"path" text,
	"event" text NOT NULL,
	"branch" text,
	"sha" text NOT NULL,
	"status" text NOT NULL,
	"conclusion" text,
	"started_at" timestamp with time zone NOT NULL,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "workflow_runs_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"hook_key" text NOT NULL,
	"guid" text COLLATE "C" NOT NULL,
	"event" text NOT NULL,
	"action" text,
	"repository" text,
	"body" "bytea" NOT NULL,
	"body_sha256" "bytea" NOT NULL,
	"body_size" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"connection_id" uuid,
	"state" text NOT NULL,
	"reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone,
	"received_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"conflict_of" bigint,
	"is_demo" boolean DEFAULT false NOT NULL,
	CONSTRAINT "webhook_deliveries_due_when_pending" CHECK (("webhook_deliveries"."state" = 'pending') = ("webhook_deliveries"."next_try_at" is not null)),
	CONSTRAINT "webhook_deliveries_conflict_is_marked" CHECK (("webhook_deliveries"."state" = 'conflict') = ("webhook_deliveries"."conflict_of" is not null))
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"hint" text NOT NULL,
	"role" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_by" uuid,
	"created_by_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"used_at" timestamp with time zone,
	CONSTRAINT "api_tokens_scopes_not_empty" CHECK (cardinality("api_tokens"."scopes") > 0)
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"user_agent" text
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"person_ref" text,
	"demo_title" text,
	"demo_rank" text,
	"is_demo" boolean DEFAULT false NOT NULL,
	"tour_finished_at" timestamp with time zone,
	"has_shortcuts" boolean DEFAULT true NOT NULL,
	"disabled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"title" text NOT NULL,
	"reason" text NOT NULL,
	"href" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "entities" ADD CONSTRAINT "entities_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_bodies" ADD CONSTRAINT "entity_bodies_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entity_problems" ADD CONSTRAINT "entity_problems_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_secrets" ADD CONSTRAINT "connection_secrets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commits" ADD CONSTRAINT "commits_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployments" ADD CONSTRAINT "deployments_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incidents" ADD CONSTRAINT "incidents_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_request_reviews" ADD CONSTRAINT "pull_request_reviews_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pull_requests" ADD CONSTRAINT "pull_requests_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pushes" ADD CONSTRAINT "pushes_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_conflict_of_webhook_deliveries_id_fk" FOREIGN KEY ("conflict_of") REFERENCES "public"."webhook_deliveries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "entities_ref_key" ON "entities" USING btree ("ref");--> statement-breakpoint
CREATE UNIQUE INDEX "entities_uid_key" ON "entities" USING btree ("uid");--> statement-breakpoint
CREATE INDEX "entities_kind_name_idx" ON "entities" USING btree ("kind_key","name_key","id");--> statement-breakpoint
CREATE INDEX "entities_name_idx" ON "entities" USING btree ("name_key","id");--> statement-breakpoint
CREATE INDEX "entities_display_idx" ON "entities" USING btree ("display_key","ref");--> statement-breakpoint
CREATE INDEX "entities_kind_display_idx" ON "entities" USING btree ("kind_key","display_key","ref");--> statement-breakpoint
CREATE INDEX "entities_owner_idx" ON "entities" USING btree ("owner_ref");--> statement-breakpoint
CREATE INDEX "entities_system_idx" ON "entities" USING btree ("system_ref");--> statement-breakpoint
CREATE INDEX "entities_location_idx" ON "entities" USING btree ("location_id");--> statement-breakpoint
CREATE INDEX "entities_project_slug_idx" ON "entities" USING btree ("project_slug");--> statement-breakpoint
CREATE INDEX "entities_search_words_idx" ON "entities" USING gin ("search_words");--> statement-breakpoint
CREATE INDEX "entities_search_text_idx" ON "entities" USING gin ("search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "entity_fields_key_idx" ON "entity_fields" USING btree ("key","value","entity_id","original");--> statement-breakpoint
CREATE INDEX "entity_fields_entity_idx" ON "entity_fields" USING btree ("entity_id");--> statement-breakpoint
CREATE INDEX "entity_problems_location_idx" ON "entity_problems" USING btree ("location_id","id");--> statement-breakpoint
CREATE INDEX "entity_problems_ref_idx" ON "entity_problems" USING btree ("ref");--> statement-breakpoint
CREATE INDEX "entity_relations_source_idx" ON "entity_relations" USING btree ("source_ref","type","target_ref");--> statement-breakpoint
CREATE INDEX "entity_relations_origin_idx" ON "entity_relations" USING btree ("origin_id");--> statement-breakpoint
CREATE UNIQUE INDEX "locations_target_key" ON "locations" USING btree ("target");--> statement-breakpoint
CREATE INDEX "connection_secrets_connection_idx" ON "connection_secrets" USING btree ("connection_id","purpose");--> statement-breakpoint
CREATE UNIQUE INDEX "connections_kind_name_key" ON "connections" USING btree ("kind","name");--> statement-breakpoint
CREATE INDEX "events_at_idx" ON "events" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "events_type_idx" ON "events" USING btree ("type","id");--> statement-breakpoint
CREATE INDEX "events_subject_idx" ON "events" USING btree ("subject_type","subject_id","id");--> statement-breakpoint
CREATE INDEX "events_actor_idx" ON "events" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "deployments_at_idx" ON "deployments" USING btree ("repository_id","at","number");--> statement-breakpoint
CREATE INDEX "deployments_tier_idx" ON "deployments" USING btree ("repository_id","tier","at","number");--> statement-breakpoint
CREATE INDEX "deployments_environment_idx" ON "deployments" USING btree ("repository_id","environment","succeeded_at","number");--> statement-breakpoint
CREATE INDEX "deployments_sha_idx" ON "deployments" USING btree ("repository_id","sha");--> statement-breakpoint
CREATE INDEX "incidents_opened_idx" ON "incidents" USING btree ("repository_id","opened_at","number");--> statement-breakpoint
CREATE INDEX "incidents_open_idx" ON "incidents" USING btree ("repository_id","opened_at") WHERE "incidents"."closed_at" is null and "incidents"."is_incident" and "incidents"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX "pull_request_reviews_pull_request_idx" ON "pull_request_reviews" USING btree ("repository_id","pull_request");--> statement-breakpoint
CREATE INDEX "pull_requests_merge_sha_idx" ON "pull_requests" USING btree ("repository_id","merge_sha");--> statement-breakpoint
CREATE INDEX "pushes_after_idx" ON "pushes" USING btree ("repository_id","after_sha");--> statement-breakpoint
CREATE INDEX "releases_published_idx" ON "releases" USING btree ("repository_id","published_at");--> statement-breakpoint
CREATE INDEX "repositories_slug_idx" ON "repositories" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "repositories_demo_idx" ON "repositories" USING btree ("id") WHERE "repositories"."is_demo";--> statement-breakpoint
CREATE INDEX "workflow_runs_started_idx" ON "workflow_runs" USING btree ("repository_id","started_at","number");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_key" ON "webhook_deliveries" USING btree ("hook_key","guid") WHERE "webhook_deliveries"."conflict_of" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_conflict_key" ON "webhook_deliveries" USING btree ("conflict_of","body_sha256") WHERE "webhook_deliveries"."conflict_of" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_due_idx" ON "webhook_deliveries" USING btree ("next_try_at","id") WHERE "webhook_deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_received_idx" ON "webhook_deliveries" USING btree ("received_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_state_idx" ON "webhook_deliveries" USING btree ("state","received_at","id") WHERE "webhook_deliveries"."state" in ('ignored', 'unreadable', 'failed', 'conflict');--> statement-breakpoint
CREATE INDEX "webhook_deliveries_event_idx" ON "webhook_deliveries" USING btree ("event","received_at","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_repository_idx" ON "webhook_deliveries" USING btree ("repository","received_at","id") WHERE "webhook_deliveries"."repository" is not null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_guid_idx" ON "webhook_deliveries" USING btree ("guid");--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_hash_key" ON "api_tokens" USING btree ("token_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_live_name_key" ON "api_tokens" USING btree (lower("name")) WHERE "api_tokens"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_idx" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "users_person_ref_idx" ON "users" USING btree ("person_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_user_subject_key" ON "notifications" USING btree ("user_id","subject");--> statement-breakpoint
CREATE INDEX "notifications_user_idx" ON "notifications" USING btree ("user_id","created_at");