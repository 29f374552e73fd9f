CREATE TABLE `changes` (
	`room_id` integer NOT NULL,
	`seq` integer NOT NULL,
	`type` text NOT NULL,
	`target` integer NOT NULL,
	`actor_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`room_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `members` (
	`room_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`user_id` integer NOT NULL,
	`joined_at` integer NOT NULL,
	PRIMARY KEY(`room_id`, `ordinal`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `members_user` ON `members` (`user_id`,`room_id`);--> statement-breakpoint
CREATE TABLE `messages` (
	`room_id` integer NOT NULL,
	`seq` integer NOT NULL,
	`author_id` integer NOT NULL,
	`text` text,
	`created_at` integer NOT NULL,
	`edited_at` integer,
	`deleted_at` integer,
	`idempotency_key` text,
	`fingerprint` text,
	PRIMARY KEY(`room_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_idempotency` ON `messages` (`room_id`,`author_id`,`idempotency_key`) WHERE idempotency_key is not null;--> statement-breakpoint
CREATE TABLE `rooms` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`title` text,
	`member_offset` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rooms_name_key_unique` ON `rooms` (`name_key`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_name_key_unique` ON `users` (`name_key`);