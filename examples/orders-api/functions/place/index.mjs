import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { place } from "./place.mjs";

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const queue = new SQSClient({});

export const handler = async (event) => {
  if (event.greenshift?.smoke) return { ready: true };
  return place(event, {
    id: randomUUID(),
    save: (order) => table.send(new PutCommand({ TableName: process.env.TABLE, Item: order })),
    tell: (message) =>
      queue.send(
        new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify(message) }),
      ),
  });
};
