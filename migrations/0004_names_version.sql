INSERT INTO `versions` (`subject`, `version`) VALUES ('names', lower(hex(randomblob(8))));
--> statement-breakpoint
CREATE TRIGGER `users_renamed` AFTER UPDATE OF `name` ON `users` WHEN old.`name` <> new.`name`
BEGIN
	UPDATE `versions` SET `version` = lower(hex(randomblob(8))) WHERE `subject` = 'names';
END;
--> statement-breakpoint
CREATE TRIGGER `users_deleted` AFTER DELETE ON `users`
BEGIN
	UPDATE `versions` SET `version` = lower(hex(randomblob(8))) WHERE `subject` = 'names';
END;
