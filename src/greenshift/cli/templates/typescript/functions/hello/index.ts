type Event = { name?: string };

export const greet = (name: string): string => `hello, ${name}`;

export const handler = async (event: Event): Promise<{ message: string }> => ({
  message: greet(event.name ?? "world"),
});
