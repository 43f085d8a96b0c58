/** What a batch of the catalogue's stream changes: how many files and bytes more of each kind. */
export const changes = (records) => {
  const totals = new Map();
  const add = (image, sign) => {
    if (!image) return;
    const kind = image.kind.S;
    const { files, bytes } = totals.get(kind) ?? { files: 0, bytes: 0 };
    totals.set(kind, { files: files + sign, bytes: bytes + sign * Number(image.size.N) });
  };
  for (const { dynamodb } of records) {
    add(dynamodb.OldImage, -1);
    add(dynamodb.NewImage, 1);
  }
  return totals;
};
