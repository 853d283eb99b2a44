import styles from './table.module.css';

/** Has a CSS module. */
export default function Table() {
  return <p className={styles.table}>Table</p>;
}
