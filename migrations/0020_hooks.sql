CREATE TABLE `hooks` (
	`id` integer PRIMARY KEY NOT NULL,
	`room_id` integer NOT NULL,
	`name` text NOT NULL,
	`secret_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `hooks_secret_hash_unique` ON `hooks` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `hooks_room` ON `hooks` (`room_id`);--> statement-breakpoint
ALTER TABLE `messages` ADD `bot` text;