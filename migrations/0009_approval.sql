CREATE TABLE `held` (
	`created_at` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`room_id` integer NOT NULL,
	`author_id` integer NOT NULL,
	`text` text,
	`reply_to` integer,
	`mentioned` text,
	`target` integer,
	`idempotency_key` blob,
	`content_hash` blob,
	`refused_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `held_id_unique` ON `held` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `held_author` ON `held` (`room_id`,`author_id`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `held_waiting` ON `held` (`room_id`) WHERE refused_at is null;--> statement-breakpoint
CREATE TABLE `site_settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`slow_mode_seconds` integer DEFAULT 0 NOT NULL,
	`newcomer_link_seconds` integer DEFAULT 0 NOT NULL,
	`blocked_words` text DEFAULT '[]' NOT NULL,
	`reactions` text,
	`approval` text
);
--> statement-breakpoint
ALTER TABLE `rooms` ADD `approval` text;--> statement-breakpoint
ALTER TABLE `users` ADD `approved_at` integer;