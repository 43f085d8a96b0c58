import assert from "node:assert/strict";
import { test } from "node:test";
import { fee, SHARE } from "../fees.mjs";
import { charge } from "../index.mjs";

test("a charge is recorded with its fee", async () => {
  const sent = [];
  const answer = await charge({ id: "p1", amount: 1000 }, async (command) => sent.push(command.input));

  assert.equal(answer.accepted, true);
  assert.equal(sent[0].Item.deploymentId.S, "payment#p1");
  assert.equal(sent[0].Item.fee.N, `${fee(1000)}`);
});

test("an amount that is not a positive number of cents is refused and not recorded", async () => {
  const sent = [];
  const answer = await charge({ id: "p2", amount: -5 }, async (command) => sent.push(command));

  assert.equal(answer.accepted, false);
  assert.equal(sent.length, 0);
});

test("a fee is rounded up to the next cent", () => {
  assert.equal(fee(1), 1);
  assert.equal(fee(100_000), Math.ceil(100_000 * SHARE));
});
