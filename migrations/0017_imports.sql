CREATE TABLE `import_ids` (
	`import_id` text NOT NULL,
	`kind` text NOT NULL,
	`old_id` integer NOT NULL,
	`new_id` integer NOT NULL,
	`name` text,
	`room` text,
	PRIMARY KEY(`import_id`, `kind`, `old_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `imports` (
	`id` text PRIMARY KEY NOT NULL,
	`lines` integer NOT NULL,
	`keeps_ids` integer NOT NULL,
	`state` text NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer
);
