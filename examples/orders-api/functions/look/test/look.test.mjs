import assert from "node:assert/strict";
import { test } from "node:test";
import { look } from "../look.mjs";

test("an order that is there is shown", async () => {
  const shown = await look("o1", async (id) => ({ id, status: "SHIPPED" }));

  assert.deepEqual([shown.statusCode, JSON.parse(shown.body)], [200, { id: "o1", status: "SHIPPED" }]);
});

test("one that is not is said by its id", async () => {
  const shown = await look("o2", async () => undefined);

  assert.deepEqual([shown.statusCode, JSON.parse(shown.body)], [404, { reason: "there is no order o2" }]);
});
