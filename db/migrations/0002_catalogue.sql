CREATE TABLE "api_comparisons" (
	"from_id" bigint NOT NULL,
	"to_id" bigint NOT NULL,
	"changes" text NOT NULL,
	"total" integer NOT NULL,
	"breaking" integer NOT NULL,
	"is_cut" boolean DEFAULT false NOT NULL,
	CONSTRAINT "api_comparisons_pkey" PRIMARY KEY("from_id","to_id")
);
--> statement-breakpoint
CREATE TABLE "api_versions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entity_ref" text COLLATE "C" NOT NULL,
	"location_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"type" text,
	"content_hash" text NOT NULL,
	"entry_hash" text NOT NULL,
	"text" text NOT NULL,
	"commit" text,
	"seen_at" timestamp with time zone NOT NULL,
	"reader" integer NOT NULL,
	"overview" text NOT NULL,
	"operations" jsonb NOT NULL,
	"schemas" jsonb NOT NULL,
	"changes" integer,
	"breaking" integer
);
--> statement-breakpoint
CREATE TABLE "card_answers" (
	"card_id" uuid NOT NULL,
	"entity_ref" text COLLATE "C" NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	"values" jsonb,
	"failure" text,
	CONSTRAINT "card_answers_pk" PRIMARY KEY("card_id","entity_ref")
);
--> statement-breakpoint
CREATE TABLE "cards" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"preset" text,
	"kind" text NOT NULL,
	"annotation" text,
	"entity_kinds" text[] NOT NULL,
	"url_pattern" text NOT NULL,
	"fields" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"connection_id" uuid,
	"position" integer DEFAULT 0 NOT NULL,
	"is_on" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "source_reading_rules" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"pattern" text NOT NULL,
	"slug_like" text NOT NULL,
	"group_ref" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entity_changes" (
	"ref" text COLLATE "C" PRIMARY KEY NOT NULL,
	"written_in" "xid8" NOT NULL,
	"is_removed" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "location_previews" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"target" text COLLATE "C" NOT NULL,
	"state" text NOT NULL,
	"result" text,
	"failure" text,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "catalogue_checks" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" uuid NOT NULL,
	"pull_request" integer NOT NULL,
	"branch" text NOT NULL,
	"base_sha" text NOT NULL,
	"head_sha" text NOT NULL,
	"state" text NOT NULL,
	"result" jsonb,
	"conclusion" text,
	"failure" text,
	"check_run_id" text,
	"untold" text,
	"created_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "custom_sources" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"location_id" uuid NOT NULL,
	"title" text NOT NULL,
	"guard_percent" integer DEFAULT 20 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"received_at" timestamp with time zone,
	"received_by" text,
	CONSTRAINT "custom_sources_location_id_unique" UNIQUE("location_id")
);
--> statement-breakpoint
CREATE TABLE "portal_entries" (
	"ref" text COLLATE "C" PRIMARY KEY NOT NULL,
	"text" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"updated_by" text NOT NULL,
	"yielded_at" timestamp with time zone,
	"yielded_to" text
);
--> statement-breakpoint
CREATE TABLE "app_manifests" (
	"state_hash" "bytea" PRIMARY KEY NOT NULL,
	"browser_hash" "bytea" NOT NULL,
	"user_id" uuid NOT NULL,
	"connection_id" uuid NOT NULL,
	"name" text NOT NULL,
	"settings" jsonb NOT NULL,
	"manifest" jsonb NOT NULL,
	"action" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "conditional_answers" (
	"connection_id" uuid NOT NULL,
	"key" "bytea" NOT NULL,
	"etag" text NOT NULL,
	"next" text,
	"body" "bytea" NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "conditional_answers_pk" PRIMARY KEY("connection_id","key")
);
--> statement-breakpoint
CREATE TABLE "connection_budgets" (
	"connection_id" uuid NOT NULL,
	"holder" text NOT NULL,
	"limit" integer,
	"remaining" integer,
	"reset_at" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"heard_at" timestamp with time zone NOT NULL,
	CONSTRAINT "connection_budgets_pk" PRIMARY KEY("connection_id","holder")
);
--> statement-breakpoint
CREATE TABLE "connection_health" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"checked_at" timestamp with time zone,
	"succeeded_at" timestamp with time zone,
	"failure" text,
	"failed_at" timestamp with time zone,
	"identity" text,
	"abilities" jsonb,
	"notes" text[] DEFAULT '{}'::text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connection_installations" (
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"account" text NOT NULL,
	"account_type" text NOT NULL,
	"selection" text NOT NULL,
	"permissions" jsonb NOT NULL,
	"suspended_at" timestamp with time zone,
	"listed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "connection_installations_pk" PRIMARY KEY("connection_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "repository_readers" (
	"repository_id" uuid NOT NULL,
	"login" text NOT NULL,
	CONSTRAINT "repository_readers_pk" PRIMARY KEY("repository_id","login")
);
--> statement-breakpoint
CREATE TABLE "source_repositories" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"full_name" text NOT NULL,
	"slug" text COLLATE "C" NOT NULL,
	"url" text NOT NULL,
	"clone_url" text NOT NULL,
	"default_branch" text NOT NULL,
	"visibility" text NOT NULL,
	"is_archived" boolean DEFAULT false NOT NULL,
	"is_fork" boolean DEFAULT false NOT NULL,
	"language" text,
	"description" text,
	"topics" text[] NOT NULL,
	"head_sha" text,
	"pushed_at" timestamp with time zone,
	"listed_at" timestamp with time zone NOT NULL,
	"gone_at" timestamp with time zone,
	"readers_listed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "discovered_repositories" (
	"repository_id" uuid PRIMARY KEY NOT NULL,
	"files" jsonb NOT NULL,
	"evidence" jsonb NOT NULL,
	"commit" text,
	"looked_at" timestamp with time zone,
	"pushed_at" timestamp with time zone,
	"url" text,
	"authors_at" timestamp with time zone,
	"looked_by" uuid,
	"looked_until" timestamp with time zone,
	"trouble" text,
	"trouble_since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "discovery_runs" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"step" text,
	"cursor" jsonb,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"run" integer DEFAULT 0 NOT NULL,
	"is_cancelled" boolean DEFAULT false NOT NULL,
	"started_at" timestamp with time zone,
	"heartbeat_at" timestamp with time zone,
	"resume_at" timestamp with time zone,
	"failure" text,
	"people_at" timestamp with time zone,
	"people_trouble" text,
	"readers_trouble" text,
	"completed_at" timestamp with time zone,
	"pass_started_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "discovery_scopes" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"paths" text[] NOT NULL,
	"branch" text,
	"included" text[] NOT NULL,
	"excluded" text[] NOT NULL,
	"with_archived" boolean DEFAULT false NOT NULL,
	"with_forks" boolean DEFAULT false NOT NULL,
	"with_people" boolean DEFAULT true NOT NULL,
	"with_proposals" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "proposals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"repository_id" uuid NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"type" text NOT NULL,
	"language" text,
	"description" text,
	"owner_ref" text COLLATE "C",
	"confidence" integer NOT NULL,
	"evidence" jsonb NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"entity_ref" text COLLATE "C",
	"reason" text,
	"decided_at" timestamp with time zone,
	"decided_by_name" text,
	"pull_request_url" text,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "docs_images" (
	"site_id" bigint NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"hash" text NOT NULL,
	"media_type" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "docs_images_key" PRIMARY KEY("site_id","path")
);
--> statement-breakpoint
CREATE TABLE "docs_pages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "docs_pages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" bigint NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"file" text NOT NULL,
	"title" text NOT NULL,
	"html" text NOT NULL,
	"contents" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"file_url" text,
	"content_hash" text NOT NULL,
	"failure" text,
	"position" integer NOT NULL,
	"changed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "docs_problems" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "docs_problems_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"path" text,
	"file" text,
	"target" text NOT NULL,
	"message" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "docs_sections" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "docs_sections_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" bigint NOT NULL,
	"entity_ref" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"anchor" text,
	"page_title" text NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"words" "tsvector" GENERATED ALWAYS AS (setweight(to_tsvector('simple', page_title || ' ' || title), 'A') || setweight(to_tsvector('english', page_title || ' ' || title), 'A') || to_tsvector('simple', text) || to_tsvector('english', text)) STORED NOT NULL
);
--> statement-breakpoint
CREATE TABLE "docs_sites" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "docs_sites_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entity_ref" text COLLATE "C" NOT NULL,
	"location_id" uuid NOT NULL,
	"repository_id" uuid,
	"reference" text NOT NULL,
	"title" text NOT NULL,
	"description" text,
	"nav" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"config_path" text,
	"pages" integer DEFAULT 0 NOT NULL,
	"broken" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"commit" text,
	"fingerprint" text DEFAULT '' NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone,
	"is_demo" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "docs_votes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "docs_votes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entity_ref" text COLLATE "C" NOT NULL,
	"path" text COLLATE "C" NOT NULL,
	"user_id" uuid NOT NULL,
	"is_useful" boolean NOT NULL,
	"comment" text,
	"voted_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_misses" (
	"query" text COLLATE "C" PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_picks" (
	"target" text COLLATE "C" PRIMARY KEY NOT NULL,
	"weight" real NOT NULL,
	"picked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_synonyms" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"words" text[] NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"changed_by_name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shadow_entities" (
	"connection_id" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"etag" text,
	"document" text,
	"document_etag" text,
	"seen_run" integer NOT NULL,
	"verdict" text,
	"fields" jsonb,
	"relations" jsonb,
	"equal_relations" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "shadow_entities_pk" PRIMARY KEY("connection_id","ref")
);
--> statement-breakpoint
CREATE TABLE "shadows" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"phase" text,
	"cursor" text,
	"run" integer DEFAULT 0 NOT NULL,
	"done" integer DEFAULT 0 NOT NULL,
	"total" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone,
	"heartbeat_at" timestamp with time zone,
	"failure" text,
	"read_at" timestamp with time zone,
	"summary" jsonb,
	"compared_version" uuid
);
--> statement-breakpoint
CREATE TABLE "catalogue_commits" (
	"slug" text COLLATE "C" NOT NULL,
	"sha" text NOT NULL,
	"author" text NOT NULL,
	"title" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"paths" text[] NOT NULL,
	CONSTRAINT "catalogue_commits_pk" PRIMARY KEY("slug","sha")
);
--> statement-breakpoint
CREATE TABLE "entity_confirmations" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entity_confirmations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entity_uid" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"fact" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entity_overlays" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"entity_uid" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"kind" text NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"value" text NOT NULL,
	"added_at" timestamp with time zone NOT NULL,
	"added_by_name" text NOT NULL,
	"superseded_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "entity_trust" (
	"ref" text COLLATE "C" PRIMARY KEY NOT NULL,
	"entity_uid" uuid NOT NULL,
	"confidence" real NOT NULL,
	"state" text NOT NULL,
	"confirmed_at" timestamp with time zone,
	"confirmed_by" text,
	"changed_at" timestamp with time zone,
	"computed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entity_versions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entity_versions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entity_uid" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"change" text NOT NULL,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"before" text,
	"location_id" uuid NOT NULL,
	"file" text NOT NULL,
	"line" integer NOT NULL,
	"source_url" text,
	"commit" text,
	"author" text
);
--> statement-breakpoint
CREATE TABLE "owner_proposals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"entity_uid" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"former_owner_ref" text COLLATE "C",
	"owner_ref" text COLLATE "C" NOT NULL,
	"evidence" text[] NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by_name" text NOT NULL,
	"ended_at" timestamp with time zone,
	"ended_as" text
);
--> statement-breakpoint
CREATE TABLE "repository_teams" (
	"slug" text COLLATE "C" NOT NULL,
	"group_ref" text COLLATE "C" NOT NULL,
	"last_month" text NOT NULL,
	CONSTRAINT "repository_teams_pk" PRIMARY KEY("slug","group_ref")
);
--> statement-breakpoint
CREATE TABLE "truth_questions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"month" text NOT NULL,
	"entity_uid" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"sort" text NOT NULL,
	"value" text NOT NULL,
	"asked_user" uuid,
	"answer" text,
	"answered_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "truth_rounds" (
	"month" text PRIMARY KEY NOT NULL,
	"seed" text NOT NULL,
	"drawn_at" timestamp with time zone NOT NULL,
	"population" jsonb NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "upkeep_items" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"entity_uid" uuid NOT NULL,
	"ref" text COLLATE "C" NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	"sort" text NOT NULL,
	"value" text NOT NULL,
	"note" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by_name" text,
	"closing_note" text
);
--> statement-breakpoint
ALTER TABLE "entity_bodies" ADD COLUMN "file_head" text;--> statement-breakpoint
ALTER TABLE "entity_problems" ADD COLUMN "target" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "locations" ADD COLUMN "connection_id" uuid;--> statement-breakpoint
ALTER TABLE "locations" ADD COLUMN "repository_id" uuid;--> statement-breakpoint
ALTER TABLE "locations" ADD COLUMN "reads_with_credentials" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "locations" ADD COLUMN "defines_people" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "api_comparisons" ADD CONSTRAINT "api_comparisons_from_id_api_versions_id_fk" FOREIGN KEY ("from_id") REFERENCES "public"."api_versions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_comparisons" ADD CONSTRAINT "api_comparisons_to_id_api_versions_id_fk" FOREIGN KEY ("to_id") REFERENCES "public"."api_versions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "card_answers" ADD CONSTRAINT "card_answers_card_id_cards_id_fk" FOREIGN KEY ("card_id") REFERENCES "public"."cards"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "catalogue_checks" ADD CONSTRAINT "catalogue_checks_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "custom_sources" ADD CONSTRAINT "custom_sources_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "app_manifests" ADD CONSTRAINT "app_manifests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conditional_answers" ADD CONSTRAINT "conditional_answers_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_budgets" ADD CONSTRAINT "connection_budgets_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_health" ADD CONSTRAINT "connection_health_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_installations" ADD CONSTRAINT "connection_installations_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "repository_readers" ADD CONSTRAINT "repository_readers_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_repositories" ADD CONSTRAINT "source_repositories_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discovered_repositories" ADD CONSTRAINT "discovered_repositories_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discovery_runs" ADD CONSTRAINT "discovery_runs_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "discovery_scopes" ADD CONSTRAINT "discovery_scopes_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "proposals" ADD CONSTRAINT "proposals_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "docs_images" ADD CONSTRAINT "docs_images_site_id_docs_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."docs_sites"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "docs_pages" ADD CONSTRAINT "docs_pages_site_id_docs_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."docs_sites"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "docs_problems" ADD CONSTRAINT "docs_problems_site_id_docs_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."docs_sites"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "docs_sections" ADD CONSTRAINT "docs_sections_site_id_docs_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."docs_sites"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "docs_sites" ADD CONSTRAINT "docs_sites_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "docs_sites" ADD CONSTRAINT "docs_sites_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "docs_votes" ADD CONSTRAINT "docs_votes_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shadow_entities" ADD CONSTRAINT "shadow_entities_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shadows" ADD CONSTRAINT "shadows_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "truth_questions" ADD CONSTRAINT "truth_questions_month_truth_rounds_month_fk" FOREIGN KEY ("month") REFERENCES "public"."truth_rounds"("month") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "truth_questions" ADD CONSTRAINT "truth_questions_asked_user_users_id_fk" FOREIGN KEY ("asked_user") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_comparisons_to_idx" ON "api_comparisons" USING btree ("to_id");--> statement-breakpoint
CREATE UNIQUE INDEX "api_versions_number_key" ON "api_versions" USING btree ("entity_ref","location_id","number");--> statement-breakpoint
CREATE INDEX "card_answers_asked_idx" ON "card_answers" USING btree ("asked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "cards_name_key" ON "cards" USING btree ("name");--> statement-breakpoint
CREATE UNIQUE INDEX "cards_preset_key" ON "cards" USING btree ("preset");--> statement-breakpoint
CREATE INDEX "cards_connection_idx" ON "cards" USING btree ("connection_id");--> statement-breakpoint
CREATE INDEX "entity_changes_written_idx" ON "entity_changes" USING btree ("written_in");--> statement-breakpoint
CREATE INDEX "location_previews_created_idx" ON "location_previews" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "catalogue_checks_head_key" ON "catalogue_checks" USING btree ("repository_id","pull_request","head_sha");--> statement-breakpoint
CREATE INDEX "catalogue_checks_created_idx" ON "catalogue_checks" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "app_manifests_expires_idx" ON "app_manifests" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "conditional_answers_used_idx" ON "conditional_answers" USING btree ("used_at");--> statement-breakpoint
CREATE INDEX "repository_readers_login_idx" ON "repository_readers" USING btree ("login");--> statement-breakpoint
CREATE UNIQUE INDEX "source_repositories_external_key" ON "source_repositories" USING btree ("connection_id","external_id");--> statement-breakpoint
CREATE INDEX "source_repositories_slug_idx" ON "source_repositories" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "proposals_place_key" ON "proposals" USING btree ("repository_id","path");--> statement-breakpoint
CREATE INDEX "proposals_state_idx" ON "proposals" USING btree ("state","name","id");--> statement-breakpoint
CREATE INDEX "proposals_entity_idx" ON "proposals" USING btree ("entity_ref");--> statement-breakpoint
CREATE UNIQUE INDEX "docs_pages_path_key" ON "docs_pages" USING btree ("site_id","path");--> statement-breakpoint
CREATE INDEX "docs_problems_site_idx" ON "docs_problems" USING btree ("site_id","kind");--> statement-breakpoint
CREATE INDEX "docs_sections_site_idx" ON "docs_sections" USING btree ("site_id");--> statement-breakpoint
CREATE INDEX "docs_sections_entity_idx" ON "docs_sections" USING btree ("entity_ref");--> statement-breakpoint
CREATE INDEX "docs_sections_words_idx" ON "docs_sections" USING gin ("words");--> statement-breakpoint
CREATE INDEX "docs_sections_title_trgm_idx" ON "docs_sections" USING gin (lower(page_title || ' ' || title) gin_trgm_ops);--> statement-breakpoint
CREATE UNIQUE INDEX "docs_sites_entity_key" ON "docs_sites" USING btree ("entity_ref");--> statement-breakpoint
CREATE INDEX "docs_sites_location_idx" ON "docs_sites" USING btree ("location_id");--> statement-breakpoint
CREATE INDEX "docs_sites_repository_idx" ON "docs_sites" USING btree ("repository_id");--> statement-breakpoint
CREATE UNIQUE INDEX "docs_votes_person_key" ON "docs_votes" USING btree ("entity_ref","path","user_id");--> statement-breakpoint
CREATE INDEX "search_misses_last_idx" ON "search_misses" USING btree ("last_at");--> statement-breakpoint
CREATE INDEX "search_picks_at_idx" ON "search_picks" USING btree ("picked_at");--> statement-breakpoint
CREATE INDEX "shadow_entities_verdict_idx" ON "shadow_entities" USING btree ("connection_id","verdict","ref");--> statement-breakpoint
CREATE INDEX "catalogue_commits_at_idx" ON "catalogue_commits" USING btree ("slug","at");--> statement-breakpoint
CREATE INDEX "entity_confirmations_entry_idx" ON "entity_confirmations" USING btree ("entity_uid","id");--> statement-breakpoint
CREATE UNIQUE INDEX "entity_overlays_key" ON "entity_overlays" USING btree ("entity_uid","kind","key");--> statement-breakpoint
CREATE INDEX "entity_overlays_ref_idx" ON "entity_overlays" USING btree ("ref");--> statement-breakpoint
CREATE INDEX "entity_trust_confidence_idx" ON "entity_trust" USING btree ("confidence","ref");--> statement-breakpoint
CREATE INDEX "entity_versions_entry_idx" ON "entity_versions" USING btree ("entity_uid","id");--> statement-breakpoint
CREATE INDEX "entity_versions_at_idx" ON "entity_versions" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "owner_proposals_open_key" ON "owner_proposals" USING btree ("entity_uid") WHERE "owner_proposals"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "owner_proposals_ref_idx" ON "owner_proposals" USING btree ("ref");--> statement-breakpoint
CREATE UNIQUE INDEX "truth_questions_fact_key" ON "truth_questions" USING btree ("month","entity_uid","sort","value");--> statement-breakpoint
CREATE INDEX "truth_questions_asked_idx" ON "truth_questions" USING btree ("asked_user") WHERE "truth_questions"."answer" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "upkeep_items_open_key" ON "upkeep_items" USING btree ("entity_uid","sort","value") WHERE "upkeep_items"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "upkeep_items_open_idx" ON "upkeep_items" USING btree ("opened_at") WHERE "upkeep_items"."closed_at" is null;--> statement-breakpoint
ALTER TABLE "locations" ADD CONSTRAINT "locations_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "locations" ADD CONSTRAINT "locations_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entity_problems_target_idx" ON "entity_problems" USING btree ("target");--> statement-breakpoint
CREATE INDEX "locations_repository_idx" ON "locations" USING btree ("repository_id");--> statement-breakpoint
CREATE INDEX "locations_connection_idx" ON "locations" USING btree ("connection_id");
--> statement-breakpoint
create index "entity_fields_value_idx" on "entity_fields" ("value", "key", "entity_id") where "key" like 'metadata.%' and "value" <> 'true' and ("key" like 'metadata.annotations.%' or "key" like 'metadata.labels.%' or "key" = 'metadata.tags')
--> statement-breakpoint
create index "entity_fields_host_idx" on "entity_fields" ((substring("value" from '^https?://(?:[^/@]*@)?([^/:?#]+)'))) where "value" like 'http%'

--> statement-breakpoint
CREATE FUNCTION note_entity_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO entity_changes (ref, written_in, is_removed)
  SELECT DISTINCT e.ref, pg_current_xact_id(), false FROM written w JOIN entities e ON e.id = w.entity_id
  ON CONFLICT (ref) DO UPDATE SET written_in = excluded.written_in, is_removed = false;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION note_entity_removals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO entity_changes (ref, written_in, is_removed)
  SELECT DISTINCT w.ref, pg_current_xact_id(), true FROM written w
  ON CONFLICT (ref) DO UPDATE SET written_in = excluded.written_in, is_removed = true;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER entity_bodies_note_added AFTER INSERT ON entity_bodies REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_entity_changes();
--> statement-breakpoint
CREATE TRIGGER entity_bodies_note_changed AFTER UPDATE ON entity_bodies REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_entity_changes();
--> statement-breakpoint
CREATE TRIGGER entities_note_removed AFTER DELETE ON entities REFERENCING OLD TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_entity_removals();
--> statement-breakpoint
INSERT INTO entity_changes (ref, written_in, is_removed) SELECT ref, pg_current_xact_id(), false FROM entities ON CONFLICT DO NOTHING;
