/** What an order is, for the functions that customers talk to. Amounts are cents. */

export class Refused extends Error {}

/** The order in a request's text; throws Refused, with a reason for the customer, where there is none. */
export const orderIn = (text) => {
  const lines = parsed(text)?.lines;
  if (!Array.isArray(lines) || lines.length === 0) throw new Refused("an order has at least one line");
  for (const { article, count, price } of lines) {
    if (typeof article !== "string" || article === "") throw new Refused("a line names its article");
    if (!isPositive(count) || !isPositive(price)) throw new Refused("count and price are whole and above 0");
  }
  return { lines, total: lines.reduce((sum, { count, price }) => sum + count * price, 0) };
};

/** The text of a request; an API hands on what it takes for no text in base64. */
export const textOf = ({ body, isBase64Encoded }) =>
  isBase64Encoded ? Buffer.from(body, "base64").toString() : (body ?? "");

/** An answer of the API; `version` tells which version of the function gave it. */
export const answer = (statusCode, body) => ({
  statusCode,
  headers: {
    "content-type": "application/json",
    version: process.env.AWS_LAMBDA_FUNCTION_VERSION ?? "local",
  },
  body: JSON.stringify(body),
});

const isPositive = (number) => Number.isInteger(number) && number > 0;

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused("the body is not JSON");
  }
};
