insert into "users" ("id", "name", "name_key", "token_hash", "created_at", "protected", "subject", "login_name") values (null, ?, ?, ?, ?, ?, null, null)
on conflict ("users"."name_key") do nothing
returning "id", "name", "protected", "created_at";
