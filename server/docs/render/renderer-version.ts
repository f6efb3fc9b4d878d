/** A new number renders every site anew, even where nothing in its repository changed. */
export const rendererVersion = 1;
