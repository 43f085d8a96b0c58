import { type Item, total } from "./total.ts";

type Event = { items?: Item[] };

export const handler = async (event: Event): Promise<{ total: number }> => ({
  total: total(event.items ?? []),
});
