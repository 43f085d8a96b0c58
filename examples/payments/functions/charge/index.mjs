import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { fee } from "./fees.mjs";

export const VERSION = "v1";

const client = new DynamoDBClient({});

/** Charges an amount in cents and records it; `send` performs a DynamoDB command. */
export const charge = async (event, send) => {
  const { id, amount } = event;
  if (!Number.isInteger(amount) || amount <= 0) {
    return { accepted: false, reason: "amount must be a positive number of cents" };
  }
  const item = {
    deploymentId: { S: `payment#${id}` },
    amount: { N: `${amount}` },
    fee: { N: `${fee(amount)}` },
  };
  await send(new PutItemCommand({ TableName: process.env.DEPLOYMENT_TABLE_NAME, Item: item }));
  return { accepted: true, id, amount, fee: fee(amount), version: VERSION };
};

export const handler = async (event) => {
  if (event.greenshift?.smoke) return { version: VERSION };
  return charge(event, (command) => client.send(command));
};
