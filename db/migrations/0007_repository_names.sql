CREATE TABLE "repository_names" (
	"repository_id" text NOT NULL,
	"slug" text NOT NULL,
	"first_at" timestamp with time zone NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	"is_former" boolean DEFAULT false NOT NULL,
	CONSTRAINT "repository_names_repository_id_slug_pk" PRIMARY KEY("repository_id","slug")
);
--> statement-breakpoint
CREATE TABLE "repository_turns" (
	"repository_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"turn" text NOT NULL,
	CONSTRAINT "repository_turns_repository_id_at_turn_pk" PRIMARY KEY("repository_id","at","turn")
);
--> statement-breakpoint
ALTER TABLE "repository_names" ADD CONSTRAINT "repository_names_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "repository_turns" ADD CONSTRAINT "repository_turns_repository_id_repositories_id_fk" FOREIGN KEY ("repository_id") REFERENCES "public"."repositories"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "repository_names_slug_idx" ON "repository_names" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "repository_names_former_idx" ON "repository_names" USING btree ("repository_id") WHERE "repository_names"."is_former";--> statement-breakpoint
-- What is known so far: the name that each repository has. Former ones are learnt from here on.
INSERT INTO "repository_names" ("repository_id", "slug", "first_at", "last_at")
SELECT "id", "slug", least("observed_since", "as_of"), "as_of" FROM "repositories";
