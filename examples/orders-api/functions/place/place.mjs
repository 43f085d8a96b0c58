import { answer, orderIn, Refused, textOf } from "./order.mjs";

/** Takes an order: keeps it, then tells the worker. `save` and `tell` do so; both are given the order. */
export const place = async (request, { id, save, tell }) => {
  try {
    const order = { id, status: "PLACED", ...orderIn(textOf(request)) };
    await save(order);
    await tell({ id });
    return answer(201, order);
  } catch (error) {
    if (error instanceof Refused) return answer(400, { reason: error.message });
    throw error;
  }
};
