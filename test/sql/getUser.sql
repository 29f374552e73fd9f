select "id", "name", "protected", "created_at"
from "users"
where "users"."id" = ?;
