CREATE TABLE `files` (
	`room_id` integer NOT NULL,
	`id` text NOT NULL,
	`user_id` integer NOT NULL,
	`name` text NOT NULL,
	`type` text DEFAULT '' NOT NULL,
	`bytes` integer NOT NULL,
	`width` integer,
	`height` integer,
	`hash` text,
	`is_signed` integer DEFAULT false NOT NULL,
	`state` text DEFAULT 'uploading' NOT NULL,
	`seq` integer,
	`idempotency_key` blob,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	PRIMARY KEY(`room_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `files_idempotency` ON `files` (`room_id`,`user_id`,`idempotency_key`) WHERE idempotency_key is not null;--> statement-breakpoint
CREATE INDEX `files_expires_at` ON `files` (`expires_at`) WHERE expires_at is not null;--> statement-breakpoint
ALTER TABLE `held` ADD `files` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `files` text;