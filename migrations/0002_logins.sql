ALTER TABLE `users` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `users` ADD `login_name` text;--> statement-breakpoint
CREATE UNIQUE INDEX `users_subject` ON `users` (`subject`) WHERE subject is not null;