select "id", "name", "avatar", "protected", "created_at"
from "users"
where "users"."id" = ?;
