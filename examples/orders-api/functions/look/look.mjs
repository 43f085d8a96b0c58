import { answer } from "./order.mjs";

/** Shows one order; `find` gives it, or nothing. */
export const look = async (id, find) => {
  const order = await find(id);
  return order ? answer(200, order) : answer(404, { reason: `there is no order ${id}` });
};
