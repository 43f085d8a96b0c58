import assert from "node:assert/strict";
import { test } from "node:test";
import { greet } from "../index.ts";

test("a name is greeted", () => {
  assert.equal(greet("Ada"), "hello, Ada");
});
