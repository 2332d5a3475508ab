import { visible } from '../../manifest';
import type { FolderLabels } from '../../formats';
import { checkCreationDate } from '../creation-date';
import type { FolderLabelOptions } from './folder-options';

/**
 * The options of labels that are made of folders, completed.
 *
 * @param caller how messages name what was called
 * @throws Error for an attribute that cannot hold the class, and for a date that is none
 */
export function folderLabels(caller: string, options: FolderLabelOptions): FolderLabels {
  const { labelAttribute = 'label', creationDate = '2000-01-01T00:00:00.000' } = options;
  checkCreationDate(caller, creationDate);
  if (labelAttribute === '' || labelAttribute === 'source-ref') {
    throw new Error(`${caller}: labelAttribute is "${visible(labelAttribute)}"; name the attribute that holds the class, such as "label"`);
  }
  return { attribute: labelAttribute, creationDate };
}
