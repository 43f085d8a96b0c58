export const withTax = (amount, percent) => amount + Math.round((amount * percent) / 100);
