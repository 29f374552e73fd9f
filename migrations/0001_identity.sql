CREATE TABLE `audit` (
	`room_id` integer NOT NULL,
	`number` integer NOT NULL,
	`action` text NOT NULL,
	`actor_id` integer,
	`subject_id` integer,
	`detail` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`room_id`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `reports` (
	`room_id` integer NOT NULL,
	`number` integer NOT NULL,
	`target` integer NOT NULL,
	`reporter_id` integer NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`resolved_at` integer,
	PRIMARY KEY(`room_id`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sanctions` (
	`room_id` integer NOT NULL,
	`user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`name_key` text NOT NULL,
	`until` integer,
	`reason` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`room_id`, `user_id`, `kind`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `sanctions_name` ON `sanctions` (`room_id`,`name_key`);--> statement-breakpoint
ALTER TABLE `members` ADD `role` text DEFAULT 'member' NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `owner_id` integer;--> statement-breakpoint
ALTER TABLE `rooms` ADD `topic` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `readers` text DEFAULT 'anyone' NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `posters` text DEFAULT 'anyone' NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `slow_mode_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `archived` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `newcomer_link_seconds` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `rooms` ADD `blocked_words` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `protected` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `users` ADD `login_name` text;--> statement-breakpoint
CREATE UNIQUE INDEX `users_token_hash_unique` ON `users` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_subject` ON `users` (`subject`) WHERE subject is not null;