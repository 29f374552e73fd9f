CREATE TABLE `blocked_files` (
	`id` integer PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`name` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `blocked_files_hash_unique` ON `blocked_files` (`hash`);--> statement-breakpoint
CREATE INDEX `files_newest` ON `files` (`created_at`,`id`) WHERE state = 'used';