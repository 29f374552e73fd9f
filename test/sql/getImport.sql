select case
when exists (
  select 1
  from users as holder
  where holder.token_hash = ? and (holder.site_role = 'admin')) then null
when exists (
  select 1
  from users as holder
  where holder.token_hash = ?) then 'admins only' else 'invalid token' end as "site_refusal"
from (
  select 1);

select "id", "lines", "keeps_ids", "state", "updated_at", "finished_at"
from "imports"
where id = ?;

select "kind", "old_id", "name", (
  select users.name
  from users
  where users.id = new_id) as "own_name"
from "import_ids"
where import_id = ? and (kind = 'merged' or kind in ('user', 'room') and import_ids.name is not null)
limit ?;
