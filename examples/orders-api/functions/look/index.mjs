import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { look } from "./look.mjs";

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));

const find = async (id) =>
  (await table.send(new GetCommand({ TableName: process.env.TABLE, Key: { id } }))).Item;

export const handler = async (event) => {
  if (event.greenshift?.smoke) return { ready: true };
  return look(event.pathParameters.id, find);
};
