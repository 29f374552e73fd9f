ALTER TABLE `rooms` ADD `owner_id` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `protected` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `users_token_hash_unique` ON `users` (`token_hash`);