select "id", "name", "avatar", "protected", "created_at", "name_key"
from "users"
where users.token_hash = ?;
