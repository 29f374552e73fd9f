select "id", "name", "protected", "created_at"
from "users"
where users.token_hash = ?;
