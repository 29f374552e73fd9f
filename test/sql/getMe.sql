select "id", "name", "protected", "created_at", "name_key"
from "users"
where users.token_hash = ?;
