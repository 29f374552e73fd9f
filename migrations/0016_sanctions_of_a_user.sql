DROP INDEX `sanctions_banned_user`;--> statement-breakpoint
CREATE INDEX `sanctions_user` ON `sanctions` (`user_id`);