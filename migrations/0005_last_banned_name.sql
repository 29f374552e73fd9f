ALTER TABLE `sanctions` ADD `last_name_key` text;--> statement-breakpoint
CREATE INDEX `sanctions_last_name` ON `sanctions` (`last_name_key`) WHERE last_name_key is not null;--> statement-breakpoint
CREATE INDEX `sanctions_banned_user` ON `sanctions` (`user_id`) WHERE kind = 'ban';