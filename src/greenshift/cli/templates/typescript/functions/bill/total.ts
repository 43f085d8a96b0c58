export type Item = { price: number; count?: number };

export const total = (items: Item[]): number =>
  items.reduce((sum, { price, count = 1 }) => sum + price * count, 0);
