CREATE TABLE "delivery_external_files" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"tool" text NOT NULL,
	"file_name" text NOT NULL,
	"columns" jsonb NOT NULL,
	"time_zone" text NOT NULL,
	"rows" integer NOT NULL,
	"unreadable" integer NOT NULL,
	"problems" jsonb NOT NULL,
	"imported_at" timestamp with time zone NOT NULL,
	"imported_by" uuid,
	"imported_by_name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery_external_rows" (
	"file_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"service" text COLLATE "C" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"day" text,
	"environment" text,
	"sha" text,
	"outcome" text,
	"deployments" integer,
	"failed" integer,
	"lead_seconds" double precision,
	CONSTRAINT "delivery_external_rows_file_id_line_pk" PRIMARY KEY("file_id","line")
);
--> statement-breakpoint
CREATE TABLE "history_imports" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"reach_days" integer NOT NULL,
	"run" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone,
	"heartbeat_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"resume_at" timestamp with time zone,
	"failure" text,
	"requests" bigint DEFAULT 0 NOT NULL,
	"active_ms" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "history_repositories" (
	"repository_id" uuid PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"rank" smallint NOT NULL,
	"position" integer NOT NULL,
	"turn" integer NOT NULL,
	"until_at" timestamp with time zone NOT NULL,
	"reach_at" timestamp with time zone NOT NULL,
	"complete_from" timestamp with time zone,
	"slices" smallint DEFAULT 0 NOT NULL,
	"has_newest" boolean DEFAULT false NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"cursors" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	"first_requests" integer,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone,
	"failure" text,
	"failed_at" timestamp with time zone,
	"done_at" timestamp with time zone,
	CONSTRAINT "history_repositories_rank" CHECK ("history_repositories"."rank" between 0 and 2)
);
--> statement-breakpoint
CREATE TABLE "delivery_simulation_moves" (
	"simulation_id" uuid NOT NULL,
	"entity_ref" text COLLATE "C" NOT NULL,
	"position" integer NOT NULL,
	"move" text NOT NULL,
	"source" text NOT NULL,
	"source_key" text NOT NULL,
	"environment" text NOT NULL,
	"sha" text,
	"ref" text,
	"at" timestamp with time zone NOT NULL,
	"why" text NOT NULL,
	CONSTRAINT "delivery_simulation_moves_simulation_id_entity_ref_position_pk" PRIMARY KEY("simulation_id","entity_ref","position")
);
--> statement-breakpoint
CREATE TABLE "delivery_simulation_services" (
	"simulation_id" uuid NOT NULL,
	"entity_ref" text COLLATE "C" NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"came_in" integer DEFAULT 0 NOT NULL,
	"went_out" integer DEFAULT 0 NOT NULL,
	"altered" integer DEFAULT 0 NOT NULL,
	"size" integer DEFAULT 0 NOT NULL,
	"figures_changed" integer DEFAULT 0 NOT NULL,
	"is_cut" boolean DEFAULT false NOT NULL,
	"failure" text,
	"worked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "delivery_simulation_services_simulation_id_entity_ref_pk" PRIMARY KEY("simulation_id","entity_ref")
);
--> statement-breakpoint
CREATE TABLE "delivery_simulations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"draft" jsonb NOT NULL,
	"standing" jsonb NOT NULL,
	"environments" text[] NOT NULL,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" uuid,
	"created_by_name" text NOT NULL,
	"services" integer NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "delivery_defaults" (
	"id" text PRIMARY KEY DEFAULT 'only' NOT NULL,
	"source" text NOT NULL,
	CONSTRAINT "delivery_defaults_only_one" CHECK ("delivery_defaults"."id" = 'only')
);
--> statement-breakpoint
CREATE TABLE "delivery_days" (
	"scope" text COLLATE "C" NOT NULL,
	"day" date NOT NULL,
	"basis" text NOT NULL,
	"counts" jsonb NOT NULL,
	"sizes" "bytea" NOT NULL,
	"leads" "bytea" NOT NULL,
	"gaps" "bytea" NOT NULL,
	"coding" "bytea" NOT NULL,
	"pickup" "bytea" NOT NULL,
	"review" "bytea" NOT NULL,
	"deploy" "bytea" NOT NULL,
	CONSTRAINT "delivery_days_scope_day_pk" PRIMARY KEY("scope","day")
);
--> statement-breakpoint
ALTER TABLE "history_boundaries" ADD COLUMN "read_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "delivery_standing" ADD COLUMN "touched_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "delivery_external_files" ADD CONSTRAINT "delivery_external_files_imported_by_users_id_fk" FOREIGN KEY ("imported_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_external_rows" ADD CONSTRAINT "delivery_external_rows_file_id_delivery_external_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."delivery_external_files"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "history_imports" ADD CONSTRAINT "history_imports_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "history_repositories" ADD CONSTRAINT "history_repositories_repository_id_source_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."source_repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "history_repositories" ADD CONSTRAINT "history_repositories_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_simulation_moves" ADD CONSTRAINT "delivery_simulation_moves_simulation_id_delivery_simulations_id_fk" FOREIGN KEY ("simulation_id") REFERENCES "public"."delivery_simulations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_simulation_services" ADD CONSTRAINT "delivery_simulation_services_simulation_id_delivery_simulations_id_fk" FOREIGN KEY ("simulation_id") REFERENCES "public"."delivery_simulations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery_simulations" ADD CONSTRAINT "delivery_simulations_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "delivery_external_files_imported_idx" ON "delivery_external_files" USING btree ("imported_at");--> statement-breakpoint
CREATE INDEX "history_repositories_turn_idx" ON "history_repositories" USING btree ("connection_id","turn","position") WHERE "history_repositories"."state" in ('waiting', 'running');--> statement-breakpoint
CREATE INDEX "history_repositories_position_idx" ON "history_repositories" USING btree ("connection_id","position","repository_id");--> statement-breakpoint
CREATE INDEX "history_repositories_state_idx" ON "history_repositories" USING btree ("connection_id","state","position","repository_id");--> statement-breakpoint
CREATE INDEX "history_repositories_subject_idx" ON "history_repositories" USING btree ("subject");--> statement-breakpoint
CREATE INDEX "delivery_simulation_services_size_idx" ON "delivery_simulation_services" USING btree ("simulation_id","size","figures_changed","entity_ref");--> statement-breakpoint
CREATE INDEX "delivery_simulations_created_idx" ON "delivery_simulations" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "deployment_failures_recovered_idx" ON "deployment_failures" USING btree ("recovered_at","service_id") WHERE "deployment_failures"."state" = 'confirmed';--> statement-breakpoint
CREATE INDEX "service_deployments_judged_idx" ON "service_deployments" USING btree ("service_id","at") WHERE "service_deployments"."fail_state" is not null or "service_deployments"."rework_signs" <> '{}' or "service_deployments"."kind" = 'rollback';
--> statement-breakpoint
-- Random numbers do not get smaller by packing, and each new deployment writes its day again.
ALTER TABLE "delivery_days" ALTER COLUMN "sizes" SET STORAGE EXTERNAL, ALTER COLUMN "leads" SET STORAGE EXTERNAL,
  ALTER COLUMN "gaps" SET STORAGE EXTERNAL, ALTER COLUMN "coding" SET STORAGE EXTERNAL, ALTER COLUMN "pickup" SET STORAGE EXTERNAL,
  ALTER COLUMN "review" SET STORAGE EXTERNAL, ALTER COLUMN "deploy" SET STORAGE EXTERNAL;
