export const greet = (name) => `hello, ${name}`;

export const handler = async (event) => ({ message: greet(event.name ?? "world") });
