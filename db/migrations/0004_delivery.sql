CREATE TABLE "history_boundaries" (
	"repository_id" text NOT NULL,
	"sha" text NOT NULL,
	CONSTRAINT "history_boundaries_repository_id_sha_pk" PRIMARY KEY("repository_id","sha")
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"repository_id" text NOT NULL,
	"name" text COLLATE "C" NOT NULL,
	"sha" text NOT NULL,
	"tagged_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "tags_repository_id_name_pk" PRIMARY KEY("repository_id","name")
);
--> statement-breakpoint
CREATE TABLE "delivery_badges" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"entity_ref" text COLLATE "C" NOT NULL,
	"kind" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"hint" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" uuid,
	"created_by_name" text NOT NULL,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "delivery_comment_settings" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"is_on" boolean NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery_comments" (
	"repository_id" text NOT NULL,
	"number" integer NOT NULL,
	"words" text DEFAULT '' NOT NULL,
	"told_at" timestamp with time zone NOT NULL,
	"failure" text,
	CONSTRAINT "delivery_comments_repository_id_number_pk" PRIMARY KEY("repository_id","number")
);
--> statement-breakpoint
CREATE TABLE "delivery_decisions" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"service_id" uuid NOT NULL,
	"source" text NOT NULL,
	"source_key" text NOT NULL,
	"signal" text,
	"signal_key" text,
	"decision" text NOT NULL,
	"reason" text NOT NULL,
	"actor_id" uuid,
	"actor_name" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery_services" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"entity_ref" text NOT NULL,
	"source" text,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"path_globs" text[] DEFAULT '{}' NOT NULL,
	"rules_version" integer DEFAULT 1 NOT NULL,
	"due_from" timestamp with time zone,
	"due_count" bigint DEFAULT 0 NOT NULL,
	"scope_hash" text,
	"worked_at" timestamp with time zone,
	"failure" text,
	"is_demo" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deployment_changes" (
	"deployment_id" bigint NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"service_id" uuid NOT NULL,
	"tier" text NOT NULL,
	"deployed_at" timestamp with time zone NOT NULL,
	"pull_request" integer,
	"sha" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"started_by" text NOT NULL,
	"lead_seconds" double precision NOT NULL,
	"coding_seconds" double precision,
	"pickup_seconds" double precision,
	"review_seconds" double precision,
	"deploy_seconds" double precision,
	"was_clamped" boolean DEFAULT false NOT NULL,
	"is_bot" boolean DEFAULT false NOT NULL,
	CONSTRAINT "deployment_changes_deployment_id_key_pk" PRIMARY KEY("deployment_id","key")
);
--> statement-breakpoint
CREATE TABLE "deployment_failures" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"deployment_id" bigint NOT NULL,
	"service_id" uuid NOT NULL,
	"signal" text NOT NULL,
	"signal_key" text COLLATE "C" NOT NULL,
	"confidence" text NOT NULL,
	"decision" text,
	"seen_at" timestamp with time zone NOT NULL,
	"remedy_id" bigint,
	"recovered_at" timestamp with time zone,
	"detected_at" timestamp with time zone,
	"evidence" jsonb NOT NULL,
	"state" text GENERATED ALWAYS AS (coalesce(decision, confidence)) STORED NOT NULL
);
--> statement-breakpoint
CREATE TABLE "observed_periods" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"subject" text NOT NULL,
	"what" text NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"until_at" timestamp with time zone,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reported_deployments" (
	"entity_ref" text NOT NULL,
	"source" text NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"environment" text NOT NULL,
	"tier" text NOT NULL,
	"repository_slug" text,
	"sha" text,
	"version" text,
	"url" text,
	"created_at" timestamp with time zone NOT NULL,
	"succeeded_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"last_failed_at" timestamp with time zone,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "reported_deployments_entity_ref_source_key_pk" PRIMARY KEY("entity_ref","source","key")
);
--> statement-breakpoint
CREATE TABLE "reported_incidents" (
	"source" text NOT NULL,
	"key" text COLLATE "C" NOT NULL,
	"entity_refs" text[] NOT NULL,
	"hints" text[] DEFAULT '{}' NOT NULL,
	"title" text NOT NULL,
	"severity" text,
	"url" text,
	"named_sha" text,
	"named_key" text,
	"opened_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	"as_of" timestamp with time zone NOT NULL,
	"as_of_guid" text COLLATE "C" NOT NULL,
	CONSTRAINT "reported_incidents_source_key_pk" PRIMARY KEY("source","key")
);
--> statement-breakpoint
CREATE TABLE "service_commits" (
	"service_id" uuid NOT NULL,
	"tier" text NOT NULL,
	"sha" text NOT NULL,
	"deployment_id" bigint NOT NULL,
	"is_counted" boolean NOT NULL,
	"lead_seconds" double precision,
	"was_clamped" boolean DEFAULT false NOT NULL,
	CONSTRAINT "service_commits_service_id_tier_sha_pk" PRIMARY KEY("service_id","tier","sha")
);
--> statement-breakpoint
CREATE TABLE "service_deployments" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"service_id" uuid NOT NULL,
	"tier" text NOT NULL,
	"source" text NOT NULL,
	"source_key" text COLLATE "C" NOT NULL,
	"environment" text NOT NULL,
	"repository_id" text,
	"sha" text,
	"ref" text,
	"created_at" timestamp with time zone NOT NULL,
	"succeeded_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"broke_at" timestamp with time zone,
	"parts" jsonb,
	"kind" text,
	"attribution" text,
	"attribution_note" text,
	"missing_shas" text[],
	"previous_id" bigint,
	"commit_count" integer DEFAULT 0 NOT NULL,
	"change_count" integer DEFAULT 0 NOT NULL,
	"is_excluded" boolean DEFAULT false NOT NULL,
	"definition" integer NOT NULL,
	"fail_state" text,
	"rework_signs" text[] DEFAULT '{}' NOT NULL,
	"reworked_at" timestamp with time zone,
	"outcome" text GENERATED ALWAYS AS (case when succeeded_at is not null then 'success' when failed_at is not null then 'failure' else 'pending' end) STORED NOT NULL,
	"at" timestamp with time zone GENERATED ALWAYS AS (coalesce(succeeded_at, failed_at, created_at)) STORED NOT NULL,
	CONSTRAINT "service_deployments_kind_of_success" CHECK (("service_deployments"."succeeded_at" is null) = ("service_deployments"."kind" is null))
);
--> statement-breakpoint
CREATE TABLE "delivery_looks" (
	"user_id" uuid NOT NULL,
	"asked" text COLLATE "C" NOT NULL,
	"list" text COLLATE "C" NOT NULL,
	"count" integer NOT NULL,
	"value" double precision,
	"seen_at" timestamp with time zone NOT NULL,
	"before_count" integer,
	"before_value" double precision,
	"before_at" timestamp with time zone,
	CONSTRAINT "delivery_looks_user_id_asked_list_pk" PRIMARY KEY("user_id","asked","list")
);
--> statement-breakpoint
CREATE TABLE "environment_tier_rules" (
	"position" integer PRIMARY KEY NOT NULL,
	"pattern" text NOT NULL,
	"tier" text NOT NULL,
	CONSTRAINT "environment_tier_rules_first" CHECK ("environment_tier_rules"."position" >= 0)
);
--> statement-breakpoint
CREATE TABLE "incident_receivers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"is_on" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_received_at" timestamp with time zone,
	"failure" text,
	"failed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "delivery_calendar" (
	"id" text PRIMARY KEY DEFAULT 'only' NOT NULL,
	"week_starts_on" smallint DEFAULT 1 NOT NULL,
	"fiscal_year_starts_in" smallint DEFAULT 1 NOT NULL,
	CONSTRAINT "delivery_calendar_only_one" CHECK ("delivery_calendar"."id" = 'only'),
	CONSTRAINT "delivery_calendar_week" CHECK ("delivery_calendar"."week_starts_on" between 1 and 7),
	CONSTRAINT "delivery_calendar_month" CHECK ("delivery_calendar"."fiscal_year_starts_in" between 1 and 12)
);
--> statement-breakpoint
CREATE TABLE "delivery_calendar_days" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "delivery_calendar_days_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"title" text NOT NULL,
	CONSTRAINT "delivery_calendar_days_order" CHECK ("delivery_calendar_days"."from_day" <= "delivery_calendar_days"."to_day")
);
--> statement-breakpoint
CREATE TABLE "delivery_marks" (
	"service_id" uuid PRIMARY KEY NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"count" bigint DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery_standing" (
	"scope" text COLLATE "C" NOT NULL,
	"span" text COLLATE "C" NOT NULL,
	"day" date NOT NULL,
	"basis" text NOT NULL,
	"body" jsonb NOT NULL,
	"due_at" timestamp with time zone,
	"computed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "delivery_standing_scope_span_day_pk" PRIMARY KEY("scope","span","day")
);
--> statement-breakpoint
CREATE TABLE "repository_comparisons" (
	"repository_id" uuid PRIMARY KEY NOT NULL,
	"compared_until" timestamp with time zone,
	"compared_at" timestamp with time zone,
	"missing_from" timestamp with time zone,
	"missing_until" timestamp with time zone,
	"found" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"failed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_hooks" (
	"connection_id" uuid NOT NULL,
	"hook_key" text NOT NULL,
	"kind" text NOT NULL,
	"owner" text NOT NULL,
	"is_active" boolean NOT NULL,
	"listed_at" timestamp with time zone NOT NULL,
	"compared_from" timestamp with time zone,
	"compared_at" timestamp with time zone,
	"failure" text,
	"failed_at" timestamp with time zone,
	CONSTRAINT "webhook_hooks_pk" PRIMARY KEY("connection_id","hook_key")
);
--> statement-breakpoint
CREATE TABLE "webhook_misses" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"hook_key" text NOT NULL,
	"guid" text COLLATE "C" NOT NULL,
	"external_id" text NOT NULL,
	"event" text NOT NULL,
	"action" text,
	"repository_number" text,
	"delivered_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"asked_at" timestamp with time zone,
	"failure" text,
	"found_at" timestamp with time zone NOT NULL,
	"arrived_at" timestamp with time zone,
	"given_up_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_replays" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"filter" jsonb NOT NULL,
	"until_id" bigint NOT NULL,
	"cursor_id" bigint DEFAULT 0 NOT NULL,
	"total" integer NOT NULL,
	"replayed" integer DEFAULT 0 NOT NULL,
	"ordered_by_name" text NOT NULL,
	"ordered_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_settings" (
	"id" text PRIMARY KEY DEFAULT 'only' NOT NULL,
	"payload_days" integer NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_settings_only_one" CHECK ("webhook_settings"."id" = 'only')
);
--> statement-breakpoint
ALTER TABLE "repository_readers" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "commits" ADD COLUMN "committed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "commits" ADD COLUMN "parents" text[];--> statement-breakpoint
ALTER TABLE "commits" ADD COLUMN "push_parents" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "commits" ADD COLUMN "reverts" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "commits" ADD COLUMN "pull_request" integer;--> statement-breakpoint
ALTER TABLE "commits" ADD COLUMN "pull_request_title" text;--> statement-breakpoint
ALTER TABLE "commits" ADD COLUMN "is_bot" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "pull_request_reviews" ADD COLUMN "is_own" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "pull_requests" ADD COLUMN "ready_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "purged_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "replay_id" uuid;--> statement-breakpoint
ALTER TABLE "history_boundaries" ADD CONSTRAINT "history_boundaries_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_badges" ADD CONSTRAINT "delivery_badges_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_comment_settings" ADD CONSTRAINT "delivery_comment_settings_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_comments" ADD CONSTRAINT "delivery_comments_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_decisions" ADD CONSTRAINT "delivery_decisions_service_id_delivery_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."delivery_services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_decisions" ADD CONSTRAINT "delivery_decisions_actor_id_users_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployment_changes" ADD CONSTRAINT "deployment_changes_deployment_id_service_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."service_deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployment_changes" ADD CONSTRAINT "deployment_changes_service_id_delivery_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."delivery_services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployment_failures" ADD CONSTRAINT "deployment_failures_deployment_id_service_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."service_deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployment_failures" ADD CONSTRAINT "deployment_failures_service_id_delivery_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."delivery_services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deployment_failures" ADD CONSTRAINT "deployment_failures_remedy_id_service_deployments_id_fk" FOREIGN KEY ("remedy_id") REFERENCES "public"."service_deployments"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_commits" ADD CONSTRAINT "service_commits_service_id_delivery_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."delivery_services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_commits" ADD CONSTRAINT "service_commits_deployment_id_service_deployments_id_fk" FOREIGN KEY ("deployment_id") REFERENCES "public"."service_deployments"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_deployments" ADD CONSTRAINT "service_deployments_service_id_delivery_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."delivery_services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_looks" ADD CONSTRAINT "delivery_looks_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_marks" ADD CONSTRAINT "delivery_marks_service_id_delivery_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."delivery_services"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "repository_comparisons" ADD CONSTRAINT "repository_comparisons_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_hooks" ADD CONSTRAINT "webhook_hooks_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_misses" ADD CONSTRAINT "webhook_misses_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "delivery_badges_token_key" ON "delivery_badges" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "delivery_badges_entry_idx" ON "delivery_badges" USING btree ("entity_ref","created_at");--> statement-breakpoint
CREATE INDEX "delivery_decisions_subject_idx" ON "delivery_decisions" USING btree ("service_id","source","source_key","id");--> statement-breakpoint
CREATE UNIQUE INDEX "delivery_services_ref_key" ON "delivery_services" USING btree ("entity_ref");--> statement-breakpoint
CREATE INDEX "delivery_services_due_idx" ON "delivery_services" USING btree ("id") WHERE "delivery_services"."due_from" is not null;--> statement-breakpoint
CREATE INDEX "deployment_changes_window_idx" ON "deployment_changes" USING btree ("service_id","tier","deployed_at");--> statement-breakpoint
CREATE INDEX "deployment_changes_pull_request_idx" ON "deployment_changes" USING btree ("service_id","pull_request");--> statement-breakpoint
CREATE INDEX "deployment_changes_production_idx" ON "deployment_changes" USING btree ("deployed_at","service_id") WHERE "deployment_changes"."tier" = 'production';--> statement-breakpoint
CREATE UNIQUE INDEX "deployment_failures_key" ON "deployment_failures" USING btree ("deployment_id","signal","signal_key");--> statement-breakpoint
CREATE INDEX "deployment_failures_service_idx" ON "deployment_failures" USING btree ("service_id","seen_at");--> statement-breakpoint
CREATE INDEX "deployment_failures_remedy_idx" ON "deployment_failures" USING btree ("remedy_id");--> statement-breakpoint
CREATE INDEX "deployment_failures_state_idx" ON "deployment_failures" USING btree ("state","service_id");--> statement-breakpoint
CREATE INDEX "observed_periods_subject_idx" ON "observed_periods" USING btree ("subject","what","from_at");--> statement-breakpoint
CREATE INDEX "reported_incidents_refs_idx" ON "reported_incidents" USING gin ("entity_refs");--> statement-breakpoint
CREATE INDEX "reported_incidents_unmatched_idx" ON "reported_incidents" USING btree ("opened_at") WHERE "reported_incidents"."entity_refs" = '{}';--> statement-breakpoint
CREATE INDEX "service_commits_deployment_idx" ON "service_commits" USING btree ("deployment_id");--> statement-breakpoint
CREATE INDEX "service_commits_sha_idx" ON "service_commits" USING btree ("sha");--> statement-breakpoint
CREATE UNIQUE INDEX "service_deployments_key" ON "service_deployments" USING btree ("service_id","source","source_key");--> statement-breakpoint
CREATE INDEX "service_deployments_chain_idx" ON "service_deployments" USING btree ("service_id","tier","succeeded_at","source_key");--> statement-breakpoint
CREATE INDEX "service_deployments_at_idx" ON "service_deployments" USING btree ("service_id","at","id");--> statement-breakpoint
CREATE INDEX "service_deployments_production_idx" ON "service_deployments" USING btree ("succeeded_at","service_id") WHERE "service_deployments"."tier" = 'production' and "service_deployments"."succeeded_at" is not null;--> statement-breakpoint
CREATE INDEX "service_deployments_sha_idx" ON "service_deployments" USING btree ("sha");--> statement-breakpoint
CREATE INDEX "service_deployments_missing_idx" ON "service_deployments" USING btree ("service_id","succeeded_at") WHERE "service_deployments"."missing_shas" is not null;--> statement-breakpoint
CREATE INDEX "service_deployments_figures_idx" ON "service_deployments" USING btree ("at","service_id") WHERE "service_deployments"."tier" = 'production';--> statement-breakpoint
CREATE INDEX "service_deployments_excluded_idx" ON "service_deployments" USING btree ("service_id","id") WHERE "service_deployments"."is_excluded";--> statement-breakpoint
CREATE INDEX "delivery_looks_seen_idx" ON "delivery_looks" USING btree ("seen_at");--> statement-breakpoint
CREATE UNIQUE INDEX "environment_tier_rules_pattern_key" ON "environment_tier_rules" USING btree ("pattern");--> statement-breakpoint
CREATE UNIQUE INDEX "incident_receivers_name_key" ON "incident_receivers" USING btree ("name");--> statement-breakpoint
CREATE INDEX "delivery_calendar_days_idx" ON "delivery_calendar_days" USING btree ("from_day","to_day");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_misses_key" ON "webhook_misses" USING btree ("connection_id","hook_key","guid");--> statement-breakpoint
CREATE INDEX "webhook_misses_open_idx" ON "webhook_misses" USING btree ("connection_id","hook_key") WHERE "webhook_misses"."arrived_at" is null and "webhook_misses"."given_up_at" is null;--> statement-breakpoint
CREATE INDEX "webhook_misses_found_idx" ON "webhook_misses" USING btree ("found_at");--> statement-breakpoint
CREATE INDEX "webhook_replays_ordered_idx" ON "webhook_replays" USING btree ("ordered_at");--> statement-breakpoint
CREATE INDEX "repository_readers_external_idx" ON "repository_readers" USING btree ("external_id","repository_id");--> statement-breakpoint
CREATE INDEX "commits_reverts_idx" ON "commits" USING btree ("repository_id") WHERE "commits"."reverts" <> '{}';--> statement-breakpoint
CREATE INDEX "commits_pull_request_idx" ON "commits" USING btree ("repository_id","pull_request") WHERE "commits"."pull_request" is not null;--> statement-breakpoint
CREATE INDEX "commits_title_idx" ON "commits" USING btree ("repository_id",md5(regexp_replace("title", ' [(]#[0-9]+[)]$', '')));--> statement-breakpoint
CREATE INDEX "commits_pull_request_title_idx" ON "commits" USING btree ("repository_id",md5("pull_request_title")) WHERE "commits"."pull_request_title" is not null;--> statement-breakpoint
CREATE INDEX "pushes_before_idx" ON "pushes" USING btree ("repository_id","before_sha");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_unpurged_idx" ON "webhook_deliveries" USING btree ("received_at","id") WHERE "webhook_deliveries"."purged_at" is null and "webhook_deliveries"."state" in ('done', 'ignored', 'unreadable', 'conflict');--> statement-breakpoint
CREATE INDEX "webhook_deliveries_replay_idx" ON "webhook_deliveries" USING btree ("replay_id","state") WHERE "webhook_deliveries"."replay_id" is not null;
--> statement-breakpoint
-- Who is in which team ends with the file that said so; entries whose files went before this release still state it.
WITH ended AS (
	DELETE FROM "entity_relations" r USING "entities" e
	WHERE e."id" = r."origin_id" AND e."file_gone_at" IS NOT NULL AND e."kind_key" IN ('group', 'user')
	RETURNING r."origin_id", r."source_ref", r."type", r."target_ref"
), touched AS (
	SELECT DISTINCT "source_ref" FROM ended
), kept AS (
	SELECT o."source_ref", '[' || string_agg(
		'{"type":' || to_json(o."type")::text || ',"targetRef":' || to_json(o."target_ref")::text || '}', ','
		ORDER BY o."type", o."target_ref") || ']' AS list
	FROM (
		SELECT DISTINCT r."source_ref", r."type", r."target_ref" FROM "entity_relations" r
		WHERE r."source_ref" IN (SELECT "source_ref" FROM touched) AND NOT EXISTS (
			SELECT 1 FROM "entities" e WHERE e."id" = r."origin_id" AND e."file_gone_at" IS NOT NULL AND e."kind_key" IN ('group', 'user'))
	) o GROUP BY o."source_ref"
)
UPDATE "entity_bodies" b SET "relations" = coalesce(kept.list, '[]')
FROM "entities" e JOIN touched ON touched."source_ref" = e."ref" LEFT JOIN kept ON kept."source_ref" = e."ref"
WHERE b."entity_id" = e."id";

--> statement-breakpoint
-- What is known of deployments already is worked out once, within minutes of the first start.
INSERT INTO "delivery_services" ("entity_ref", "due_from", "due_count")
SELECT DISTINCT e.ref, timestamptz 'epoch', 1 FROM "entities" e
JOIN "repositories" r ON r.slug = e.project_slug
WHERE e.kind_key = 'component'
ON CONFLICT DO NOTHING;
