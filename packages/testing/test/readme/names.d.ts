/* No example uses a name that it does not define. */
export {};
