CREATE TABLE "audit" (
	"position" integer PRIMARY KEY NOT NULL,
	"incident" text NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"data" json,
	"previous" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" text PRIMARY KEY NOT NULL,
	"document" json
);
--> statement-breakpoint
CREATE TABLE "events" (
	"position" bigserial PRIMARY KEY NOT NULL,
	"incident" text NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"data" json
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"key" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"status" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"incident" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signals" (
	"source" text NOT NULL,
	"fingerprint" text NOT NULL,
	"starts_at" timestamp (3) with time zone NOT NULL,
	"ends_at" timestamp (3) with time zone,
	"signal" json NOT NULL,
	CONSTRAINT "signals_source_fingerprint_pk" PRIMARY KEY("source","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "steps" (
	"incident" text NOT NULL,
	"step" text NOT NULL,
	"begun_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"result" json,
	CONSTRAINT "steps_incident_step_pk" PRIMARY KEY("incident","step")
);
--> statement-breakpoint
CREATE INDEX "audit_by_incident" ON "audit" USING btree ("incident","position");--> statement-breakpoint
CREATE INDEX "events_by_incident" ON "events" USING btree ("incident","position");--> statement-breakpoint
CREATE INDEX "incidents_by_status" ON "incidents" USING btree ("status","opened_at");