/**
 * An assignment to the internals of React or react-dom, which identifies a copy of either in any code: minifiers do not rename
 * properties, and a library that uses the internals only reads them.
 */
export const REACT_INTERNALS =
  /\.__(?:SECRET_INTERNALS_DO_NOT_USE_OR_YOU_WILL_BE_FIRED|(?:CLIENT|DOM)_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE)(?=\s*=(?!=))/;
