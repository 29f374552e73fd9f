CREATE TABLE `user_networks` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`network` text NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `user_networks_expires_at` ON `user_networks` (`expires_at`);--> statement-breakpoint
ALTER TABLE `sanctions` ADD `network_since` integer;