CREATE TABLE `former_users` (
	`id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`subject` text,
	`deleted_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `former_users_deleted_at` ON `former_users` (`deleted_at`);--> statement-breakpoint
ALTER TABLE `members` ADD `last_sent_at` integer;--> statement-breakpoint
ALTER TABLE `sanctions` ADD `name` text;--> statement-breakpoint
ALTER TABLE `sanctions` ADD `subject` text;--> statement-breakpoint
CREATE INDEX `sanctions_subject` ON `sanctions` (`room_id`,`subject`) WHERE subject is not null;--> statement-breakpoint
CREATE INDEX `sanctions_banned_name` ON `sanctions` (`name_key`) WHERE kind = 'ban';--> statement-breakpoint
UPDATE `sanctions` SET (`name`, `subject`) = (SELECT `name`, `subject` FROM `users` WHERE `users`.`id` = `sanctions`.`user_id`);
