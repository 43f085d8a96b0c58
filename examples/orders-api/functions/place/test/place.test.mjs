import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "../place.mjs";

const LINES = [
  { article: "tea", count: 2, price: 450 },
  { article: "cup", count: 1, price: 900 },
];

const placed = async (body, isBase64Encoded = false) => {
  const done = [];
  const save = async (order) => done.push(["saved", order]);
  const tell = async (message) => done.push(["told", message]);
  return { answer: await place({ body, isBase64Encoded }, { id: "o1", save, tell }), done };
};

test("an order is kept with its total before the worker is told of it", async () => {
  const { answer, done } = await placed(JSON.stringify({ lines: LINES }));

  assert.equal(answer.statusCode, 201);
  assert.deepEqual(done, [
    ["saved", { id: "o1", status: "PLACED", lines: LINES, total: 1800 }],
    ["told", { id: "o1" }],
  ]);
});

test("a request that came encoded is the same request", async () => {
  const { answer } = await placed(Buffer.from(JSON.stringify({ lines: LINES })).toString("base64"), true);

  assert.equal(JSON.parse(answer.body).total, 1800);
});

for (const [body, reason] of [
  ["{", "the body is not JSON"],
  ["{}", "an order has at least one line"],
  [JSON.stringify({ lines: [{ count: 1, price: 1 }] }), "a line names its article"],
  [
    JSON.stringify({ lines: [{ article: "tea", count: 0, price: 1 }] }),
    "count and price are whole and above 0",
  ],
]) {
  test(`${body} is refused: ${reason}; nothing is kept`, async () => {
    const { answer, done } = await placed(body);

    assert.deepEqual([answer.statusCode, JSON.parse(answer.body), done], [400, { reason }, []]);
  });
}
