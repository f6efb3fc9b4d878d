CREATE TABLE "audit_checks" (
	"id" text PRIMARY KEY DEFAULT 'only' NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone,
	"is_intact" boolean,
	"result" jsonb,
	"failure" text,
	CONSTRAINT "audit_checks_only_one" CHECK ("audit_checks"."id" = 'only')
);
--> statement-breakpoint
CREATE TABLE "audit_sinks" (
	"connection_id" uuid PRIMARY KEY NOT NULL,
	"positions" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"sent_at" timestamp with time zone,
	"sent_count" bigint DEFAULT 0 NOT NULL,
	"failure" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "backups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"path" text NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"size_bytes" bigint,
	"sha256" text,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "event_chain" (
	"stream" text NOT NULL,
	"position" bigint NOT NULL,
	"event_id" bigint NOT NULL,
	"previous_hash" "bytea" NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "event_chain_pk" PRIMARY KEY("stream","position")
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"connection_id" uuid,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"name" text NOT NULL,
	"email" text,
	"login" text,
	"group_names" text[] DEFAULT '{}'::text[] NOT NULL,
	"claims" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"signed_in_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "group_roles" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"source" text NOT NULL,
	"connection_id" uuid,
	"group_name" text NOT NULL,
	"role" text NOT NULL,
	"guest_group_refs" text[] DEFAULT '{}'::text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by_name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ownership_reviews" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"entity_ref" text NOT NULL,
	"former_owner_ref" text NOT NULL,
	"former_owner_name" text NOT NULL,
	"group_refs" text[] DEFAULT '{}'::text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	"resolved_by_name" text,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "scim_groups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text,
	"display_name" text NOT NULL,
	"document" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scim_members" (
	"group_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "scim_members_pk" PRIMARY KEY("group_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "scim_users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection_id" uuid NOT NULL,
	"external_id" text,
	"user_name" text NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"document" jsonb NOT NULL,
	"user_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "service_accounts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"group_refs" text[] DEFAULT '{}'::text[] NOT NULL,
	"created_by_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disabled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"state_hash" "bytea" PRIMARY KEY NOT NULL,
	"browser_hash" "bytea" NOT NULL,
	"connection_id" uuid,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"sealed" "bytea" NOT NULL,
	"return_to" text DEFAULT '/' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_links" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "team_maintainers" (
	"group_ref" text NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by_name" text NOT NULL,
	CONSTRAINT "team_maintainers_pk" PRIMARY KEY("group_ref","user_id")
);
--> statement-breakpoint
DROP INDEX "users_person_ref_idx";--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "updated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "disabled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "written_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "time_zone" text DEFAULT 'UTC' NOT NULL;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "setup_token_hash" "bytea";--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "setup_token_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "setup_token_tries" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "setup_session_hash" "bytea";--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "setup_session_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "setup_answered" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "setup_finished_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "installation" ADD COLUMN "key_check" "bytea";--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "kind" text DEFAULT 'worker' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD COLUMN "service_account_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "id" uuid DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "account_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "via" text DEFAULT 'demo' NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "authenticated_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "address" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "role_source" text DEFAULT 'groups' NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "guest_group_refs" text[] DEFAULT '{}'::text[] NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "person_linked_by" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "person_note" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "disabled_reason" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "disabled_via" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "signed_in_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "owner_ref" text;--> statement-breakpoint
ALTER TABLE "audit_sinks" ADD CONSTRAINT "audit_sinks_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_roles" ADD CONSTRAINT "group_roles_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scim_groups" ADD CONSTRAINT "scim_groups_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scim_members" ADD CONSTRAINT "scim_members_group_id_scim_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."scim_groups"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scim_members" ADD CONSTRAINT "scim_members_user_id_scim_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."scim_users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scim_users" ADD CONSTRAINT "scim_users_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scim_users" ADD CONSTRAINT "scim_users_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_attempts" ADD CONSTRAINT "sign_in_attempts_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "public"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_attempts" ADD CONSTRAINT "sign_in_attempts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD CONSTRAINT "sign_in_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "team_maintainers" ADD CONSTRAINT "team_maintainers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "backups_started_idx" ON "backups" USING btree ("started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "event_chain_event_key" ON "event_chain" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "rate_limits_ends_idx" ON "rate_limits" USING btree ("ends_at");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_issuer_subject_key" ON "accounts" USING btree ("issuer","subject");--> statement-breakpoint
CREATE INDEX "accounts_user_idx" ON "accounts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "accounts_connection_idx" ON "accounts" USING btree ("connection_id");--> statement-breakpoint
CREATE UNIQUE INDEX "group_roles_group_key" ON "group_roles" USING btree ("source",coalesce("connection_id", '00000000-0000-0000-0000-000000000000'),"group_name");--> statement-breakpoint
CREATE INDEX "group_roles_connection_idx" ON "group_roles" USING btree ("connection_id");--> statement-breakpoint
CREATE UNIQUE INDEX "ownership_reviews_open_key" ON "ownership_reviews" USING btree ("entity_ref","former_owner_ref") WHERE "ownership_reviews"."resolved_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "scim_groups_name_key" ON "scim_groups" USING btree ("connection_id","display_name");--> statement-breakpoint
CREATE INDEX "scim_members_user_idx" ON "scim_members" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "scim_users_name_key" ON "scim_users" USING btree ("connection_id",lower("user_name"));--> statement-breakpoint
CREATE INDEX "scim_users_external_idx" ON "scim_users" USING btree ("connection_id","external_id");--> statement-breakpoint
CREATE INDEX "scim_users_user_idx" ON "scim_users" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "service_accounts_name_key" ON "service_accounts" USING btree (lower("name"));--> statement-breakpoint
CREATE INDEX "sign_in_attempts_expires_idx" ON "sign_in_attempts" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "team_maintainers_user_idx" ON "team_maintainers" USING btree ("user_id");--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_service_account_id_service_accounts_id_fk" FOREIGN KEY ("service_account_id") REFERENCES "public"."service_accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_id_key" ON "sessions" USING btree ("id");--> statement-breakpoint
CREATE INDEX "sessions_account_idx" ON "sessions" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_person_ref_key" ON "users" USING btree ("person_ref");
--> statement-breakpoint
ALTER TABLE "rate_limits" SET UNLOGGED;
--> statement-breakpoint
-- The hash chain over the events. docs/security/audit.md says how a stranger checks it.
CREATE FUNCTION "event_stream"("subject_type" text, "is_demo" boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN is_demo THEN 'demo:' || subject_type ELSE subject_type END;
--> statement-breakpoint
-- The text of an event that is hashed: one JSON array in the form of jsonb, moments as microseconds since 1970.
CREATE FUNCTION "event_text"(
	"place" bigint, "id" bigint, "at" timestamp with time zone, "type" text, "actor_kind" text, "actor_id" text,
	"actor_name" text, "subject_type" text, "subject_id" text, "payload" jsonb, "is_demo" boolean
) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN jsonb_build_array(
	'milepost event 1', event_stream(subject_type, is_demo), place, id, (extract(epoch FROM "at") * 1000000)::bigint, "type",
	actor_kind, actor_id, actor_name, subject_type, subject_id, payload, is_demo
)::text;
--> statement-breakpoint
-- At commit: chains all events of the transaction, so that a stream's lock is held for the length of a commit only.
-- Streams are locked in one order, so that two transactions cannot wait for each other.
-- The planner is kept to the indexes: without statistics it would read the whole log at each commit.
CREATE FUNCTION "chain_events"() RETURNS trigger
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off
AS $$
DECLARE
	streams text[];
	lock_key integer;
	stream_name text;
	place bigint;
	head bytea;
	event record;
	ids bigint[];
	places bigint[];
	befores bytea[];
	hashes bytea[];
BEGIN
	IF EXISTS (SELECT FROM event_chain c WHERE c.event_id = NEW.id) THEN
		RETURN NULL;
	END IF;
	SELECT array_agg(DISTINCT event_stream(e.subject_type, e.is_demo))
		INTO streams
		FROM events e
		WHERE e.id >= NEW.id AND e.written_in = pg_current_xact_id()
			AND NOT EXISTS (SELECT FROM event_chain c WHERE c.event_id = e.id);
	IF streams IS NULL THEN
		RETURN NULL;
	END IF;
	FOR lock_key IN SELECT DISTINCT hashtext(s.name) FROM unnest(streams) AS s(name) ORDER BY 1 LOOP
		PERFORM pg_advisory_xact_lock(7245002, lock_key);
	END LOOP;
	FOREACH stream_name IN ARRAY streams LOOP
		SELECT c.position, c.hash INTO place, head
			FROM event_chain c WHERE c.stream = stream_name ORDER BY c.position DESC LIMIT 1;
		place := coalesce(place, 0);
		head := coalesce(head, decode(repeat('00', 32), 'hex'));
		ids := '{}'; places := '{}'; befores := '{}'; hashes := '{}';
		FOR event IN
			SELECT e.id, e.at, e.type, e.actor_kind, e.actor_id, e.actor_name, e.subject_type, e.subject_id, e.payload, e.is_demo
				FROM events e
				WHERE e.id >= NEW.id AND e.written_in = pg_current_xact_id()
					AND event_stream(e.subject_type, e.is_demo) = stream_name
					AND NOT EXISTS (SELECT FROM event_chain c WHERE c.event_id = e.id)
				ORDER BY e.id
		LOOP
			place := place + 1;
			ids := ids || event.id;
			places := places || place;
			befores := befores || head;
			head := sha256(head || convert_to(event_text(
				place, event.id, event.at, event.type, event.actor_kind, event.actor_id, event.actor_name,
				event.subject_type, event.subject_id, event.payload, event.is_demo), 'UTF8'));
			hashes := hashes || head;
		END LOOP;
		INSERT INTO event_chain (stream, position, event_id, previous_hash, hash)
			SELECT stream_name, t.place, t.id, t.before, t.hash
			FROM unnest(places, ids, befores, hashes) AS t(place, id, before, hash);
	END LOOP;
	RETURN NULL;
END $$;
--> statement-breakpoint
-- What has been written stays as it is. Demo events may go, and only as demo events: the mark itself cannot be changed.
CREATE FUNCTION "keep_events"() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.is_demo THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'The audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
		USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
-- A demo event takes its place in the chain along; nothing else takes a place out of it.
CREATE FUNCTION "unchain_events"() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM event_chain c USING gone g WHERE c.event_id = g.id;
	RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION "keep_event_chain"() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.stream LIKE 'demo:%' AND NOT EXISTS (SELECT FROM events e WHERE e.id = OLD.event_id) THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'The audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
		USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
-- Events of the release before get their places now. Readers go on; writers wait until this migration is committed.
LOCK TABLE "events" IN SHARE ROW EXCLUSIVE MODE;
--> statement-breakpoint
DO $$
DECLARE
	stream_name text;
	place bigint;
	head bytea;
	before bytea;
	event record;
BEGIN
	FOR event IN SELECT e.* FROM events e ORDER BY event_stream(e.subject_type, e.is_demo) COLLATE "C", e.id LOOP
		IF stream_name IS DISTINCT FROM event_stream(event.subject_type, event.is_demo) THEN
			stream_name := event_stream(event.subject_type, event.is_demo);
			place := 0;
			head := decode(repeat('00', 32), 'hex');
		END IF;
		place := place + 1;
		before := head;
		head := sha256(before || convert_to(event_text(
			place, event.id, event.at, event.type, event.actor_kind, event.actor_id, event.actor_name,
			event.subject_type, event.subject_id, event.payload, event.is_demo), 'UTF8'));
		INSERT INTO event_chain (stream, position, event_id, previous_hash, hash)
			VALUES (stream_name, place, event.id, before, head);
	END LOOP;
END $$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "events_chain" AFTER INSERT ON "events" DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION "chain_events"();
--> statement-breakpoint
CREATE TRIGGER "events_keep" BEFORE UPDATE OR DELETE ON "events" FOR EACH ROW EXECUTE FUNCTION "keep_events"();
--> statement-breakpoint
CREATE TRIGGER "events_keep_all" BEFORE TRUNCATE ON "events" FOR EACH STATEMENT EXECUTE FUNCTION "keep_events"();
--> statement-breakpoint
CREATE TRIGGER "events_unchain" AFTER DELETE ON "events" REFERENCING OLD TABLE AS gone
	FOR EACH STATEMENT EXECUTE FUNCTION "unchain_events"();
--> statement-breakpoint
CREATE TRIGGER "event_chain_keep" BEFORE UPDATE OR DELETE ON "event_chain" FOR EACH ROW EXECUTE FUNCTION "keep_event_chain"();
--> statement-breakpoint
CREATE TRIGGER "event_chain_keep_all" BEFORE TRUNCATE ON "event_chain"
	FOR EACH STATEMENT EXECUTE FUNCTION "keep_event_chain"();
