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

select "id", "room_id", "name", "type", "bytes", "hash", "is_signed"
from "files"
where "files"."id" = ? and state = 'used' and "files"."room_id" = (
  select "import_ids"."new_id"
  from "import_ids"
  where import_id = ? and kind = 'room' and old_id = ?);
