select "id", "name", "avatar", "protected", "site_role", "created_at"
from "users"
where "users"."id" = ?;
