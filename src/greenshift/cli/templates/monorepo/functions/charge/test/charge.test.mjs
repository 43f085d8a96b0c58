import assert from "node:assert/strict";
import { test } from "node:test";
import { charge } from "../index.mjs";

test("tax is added", () => {
  assert.equal(charge(100), 119);
});
