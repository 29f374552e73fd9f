CREATE TABLE `mentions` (
	`user_id` integer NOT NULL,
	`room_id` integer NOT NULL,
	`seq` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `room_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `mentions_time` ON `mentions` (`user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `reactions` (
	`room_id` integer NOT NULL,
	`target` integer NOT NULL,
	`reaction` text NOT NULL,
	`user_id` integer NOT NULL,
	PRIMARY KEY(`room_id`, `target`, `reaction`, `user_id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `changes` ADD `reaction` text;--> statement-breakpoint
ALTER TABLE `changes` ADD `is_added` integer;--> statement-breakpoint
ALTER TABLE `members` ADD `read_seq` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `messages` ADD `reply_to` integer;--> statement-breakpoint
ALTER TABLE `messages` ADD `mentions` text;--> statement-breakpoint
ALTER TABLE `messages` ADD `reactions` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `reactions` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `pinned` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `avatar` text;