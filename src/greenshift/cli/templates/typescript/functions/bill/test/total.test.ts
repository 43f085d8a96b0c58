import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "../total.ts";

test("a total counts each item as often as it was bought", () => {
  assert.equal(total([{ price: 2, count: 3 }, { price: 1 }]), 7);
});
