import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { changes } from "./count.mjs";

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

const add = (kind, { files, bytes }) =>
  table.send(
    new UpdateCommand({
      TableName: process.env.TABLE,
      Key: { kind },
      UpdateExpression: "ADD files :files, bytes :bytes",
      ExpressionAttributeValues: { ":files": files, ":bytes": bytes },
    }),
  );

export const handler = async (event) => {
  if (event.greenshift?.smoke) return { ready: true };
  for (const [kind, change] of changes(event.Records)) await add(kind, change);
};
